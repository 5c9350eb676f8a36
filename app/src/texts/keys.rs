//! The users and the API keys of the settings.

texts! {
    // The introduction. Names of files and commands are elements between these.
    users_are_in: "Users are in ", "Les utilisateurs sont dans ";
    keys_can_be_created:
        ". API keys can be created and revoked here, and with ", ". Les clés API peuvent être créées et révoquées ici, et avec ";
    which_keeps_them_in: ", which keeps them in ", ", qui les garde dans ";
    to_revoke_one: ". To revoke one of these: ", ". Pour révoquer une de celles-ci\u{a0}: ";
    end_of_sentence: ".", ".";

    // Users.
    users: "Users", "Utilisateurs";
    user: "User", "Utilisateur";
    permission_label: "Permission", "Permission";
    roles: "Roles", "Rôles";
    view: "view", "lecture";
    operate: "operate", "exploitation";
    admin: "admin", "administration";

    // The list of keys.
    api_keys: "API keys", "Clés API";
    no_api_keys: "No API keys.", "Aucune clé API.";
    key: "Key", "Clé";
    created: "Created", "Créée";
    last_used: "Last used", "Dernière utilisation";
    expires: "Expires", "Expire";
    revoke: "Revoke", "Révoquer";
    in_keys_yaml: "in keys.yaml", "dans keys.yaml";
    roles_of(user: &str): "those of {user}", "ceux de {user}";
    never: "never", "jamais";
    expired(time: &str): "expired {time}", "expirée le {time}";
    not_since_start: "not since start", "pas depuis le démarrage";
    unknown: "unknown", "inconnue";
    by_author: "by ", "par ";
    user_does_not_exist(user: &str): "{user}, who does not exist", "{user}, qui n’existe pas";
    refused_at_once: "Programs with this key are refused at once.", "Les programmes avec cette clé sont refusés aussitôt.";
    revoke_now: "Revoke now", "Révoquer maintenant";
    revoke_of: ": ", "\u{a0}: ";
    is_revoked: "The key is revoked.", "La clé est révoquée.";
    key_is_revoked(name: &str): "The key {name} is revoked.", "La clé {name} est révoquée.";
    key_was_not_revoked(name: &str, reason: &str):
        "The key {name} was not revoked. {reason}", "La clé {name} n’a pas été révoquée. {reason}";

    // A new key.
    create_key: "Create key", "Créer une clé";
    key_created(name: &str): "Key {name} created.", "Clé {name} créée.";
    copy_it_now: " Copy it now: it is shown once.", " Copiez-la maintenant\u{a0}: elle n’est affichée qu’une fois.";
    name: "Name ", "Nom ";
    name_example: "for example of the program", "par exemple du programme";
    roles_field: "Roles ", "Rôles ";
    roles_default: "default: all roles of the user", "par défaut\u{a0}: tous les rôles de l’utilisateur";
    scope_view: "View", "Lecture";
    scope_operate: "Operate: also silence and acknowledge", "Exploitation\u{a0}: aussi mettre en silence et acquitter";
    scope_admin: "Admin: everything", "Administration\u{a0}: tout";
    days_7: "7 days", "7 jours";
    days_30: "30 days", "30 jours";
    days_90: "90 days", "90 jours";
    one_year: "1 year", "1 an";
    acts_for_its_user:
        "A key acts for its user. It never has more permissions or roles than the user, and ends with the user.",
        "Une clé agit pour son utilisateur. Elle n’a jamais plus de permissions ni de rôles que lui, et disparaît avec lui.";
}

/// The name of a permission: `view`. What is none stays as it is.
pub fn permission(name: String) -> String {
    match name.as_str() {
        "view" => view().to_owned(),
        "operate" => operate().to_owned(),
        "admin" => admin().to_owned(),
        _ => name,
    }
}
