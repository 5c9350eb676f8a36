//! The chart of response times: what is drawn, and what the cursor reads.

texts! {
    // Ranges.
    year: "1 y", "1 an";
    now: "now", "maintenant";

    // The drawing.
    not_watched: "not watched", "non surveillé";
    maintenance: "maintenance", "maintenance";
    no_response_times: "no response times", "aucun temps de réponse";
    state: "State", "État";
    incident(id: u64, course: &str): "Incident {id}: {course}", "Incident {id}\u{a0}: {course}";
    lasted(state: &str, age: &str): "{state}, {age}", "{state}, {age}";
    lasted_so_far(state: &str, age: &str): "{state}, {age} so far", "{state} depuis {age}";

    // The numbers of a point.
    longest: "longest", "maximum";
    checks_of_state(of_state: u32, all: u32) by all:
        ["{of_state} of {all} check", "{of_state} of {all} checks"],
        ["{of_state} sur {all} vérification", "{of_state} sur {all} vérifications"];
    spoken_state(time: &str, state: &str, checks: &str): "{time}: {state}, {checks}", "{time}\u{a0}: {state}, {checks}";
}
