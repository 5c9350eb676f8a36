//! What stands in place of the board while there are no services.

texts! {
    no_services: "No services", "Aucun service";
    none_visible:
        "No service is configured, or your roles show none.",
        "Aucun service n’est configuré, ou vos rôles n’en montrent aucun.";
    example: "An example", "Un exemple";
    add_it_to: "Add it to ", "Ajoutez-le à ";
    then_save:
        ", change the host, and save the file. Platus reloads it by itself.",
        ", changez l’hôte et enregistrez le fichier. Platus le recharge de lui-même.";
    next: "Next", "Ensuite";
    is_running: "Platus is running", "Platus fonctionne";
    add_service: "Add a service", "Ajouter un service";
    each_entry_of: "Each entry of ", "Chaque entrée de ";
    is_a_service: " is one. ", " en est un. ";
    lists_check_types: " lists the check types.", " liste les types de vérification.";
    connect_channel: "Connect a channel", "Connecter un canal";
    under: "Under ", "Sous ";
    inside: " in ", " dans ";
    kinds_of_channels: ": Slack, e-mail, webhook and others.", " : Slack, e-mail, webhook et autres.";
    add_users: "Add users", "Ajouter des utilisateurs";
    users_are_in: "In ", "Dans ";
    roles_decide:
        ". Their roles decide which services they see.",
        ". Leurs rôles décident des services qu’ils voient.";
}
