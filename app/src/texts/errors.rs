//! Why a call of the page failed, and the board that all pages need.

texts! {
    please_log_in: "Please log in.", "Veuillez vous connecter.";
    needs_admin: "This needs the role admin.", "Cela demande le rôle admin.";
    needs_operator: "This needs the role operator or admin.", "Cela demande le rôle operator ou admin.";
    gone: "It no longer exists. Load the page again.", "Cet élément n’existe plus. Rechargez la page.";
    no_such_service:
        "There is no such service, or you do not have one of its roles.",
        "Ce service n’existe pas, ou vous n’avez aucun de ses rôles.";
    out_of_reach(reason: &str): "The server could not be reached: {reason}", "Le serveur est injoignable\u{a0}: {reason}";
    #[cfg(feature = "ssr")]
    wrong_body(reason: &str): "The body is wrong: {reason}.", "Le corps de la requête est incorrect\u{a0}: {reason}.";

    loading_board: "Loading the board", "Chargement du tableau";
    board_not_loaded: "The board could not be loaded", "Impossible de charger le tableau";
}
