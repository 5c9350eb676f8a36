//! The wall.

texts! {
    stale: "No connection: this is an old picture", "Pas de connexion : image ancienne";
    needs_attention: "Needs attention", "À traiter";
    and_more(number: usize) by number: ["and {number} more", "and {number} more"], ["et {number} autre", "et {number} autres"];
    silenced: "silenced", "en silence";
    dependency_down: "a service that they depend on is down", "un service dont ils dépendent est en panne";
    tile_paused(service: &str): "{service}, paused", "{service}, en pause";
    part_of(number: usize, total: usize): "{number} of {total}", "{number} sur {total}";
    operational(number: usize) by number: [" operational", " operational"], [" opérationnel", " opérationnels"];
    latest_change: "Latest change: ", "Dernier changement : ";
    in_state_for(state: &str): " {state} for ", " {state} depuis ";
    in_maintenance(services: &str): "Maintenance: {services}", "Maintenance : {services}";
}
