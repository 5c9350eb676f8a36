//! Uptime bars and response times.

texts! {
    /// Above the bars.
    last_hour: "Last hour", "Dernière heure";
    last_time(time: &str): "Last {time}", "Dernières {time}";
    in_last_hour(what: &str): "last hour: {what}", "dernière heure : {what}";
    in_last_time(time: &str, what: &str): "last {time}: {what}", "dernières {time} : {what}";
    no_data: "no data", "aucune donnée";
    cell(begin: &str, end: &str, state: &str): "{begin} to {end}: {state}", "{begin} à {end} : {state}";
    operational_part(percent: &str): "operational {percent}", "opérationnel {percent}";
    at(what: &str, time: &str): "{what} at {time}", "{what} à {time}";
    last_at(what: &str, time: &str): "{what}, last at {time}", "{what}, dernière fois à {time}";
    elapsed_range(least: &str, most: &str): "{least} to {most}", "{least} à {most}";
    worst_of_nodes(service: &str, summary: &str):
        "{service}, worst of all nodes, {summary}",
        "{service}, le pire de tous les nœuds, {summary}";
}
