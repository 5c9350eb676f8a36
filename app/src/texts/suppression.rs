//! Why notifications are suppressed.

texts! {
    silenced: "silenced", "mis en silence";
    maintenance: "maintenance", "maintenance";
    acknowledged: "acknowledged", "acquitté";
    dependency_down: "suppressed: dependency is down", "notifications suspendues : dépendance en panne";
    paused: "paused", "mis en pause";
    by(what: &str, author: &str): "{what} by {author}", "{what} par {author}";
    until_time(what: &str, time: &str): "{what} until {time}", "{what} jusqu’à {time}";
    until_day(what: &str, day: &str): "{what} until {day}", "{what} jusqu’au {day}";
    with_comment(what: &str, comment: &str): "{what}: {comment}", "{what} : {comment}";
}
