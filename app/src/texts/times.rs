//! Zones of times.

texts! {
    also_at_server(shown: &str, at_server: &str): "{shown}; server: {at_server}", "{shown}\u{a0}; serveur\u{a0}: {at_server}";
    zone_of_server: "the time zone of the server", "le fuseau horaire du serveur";
}
