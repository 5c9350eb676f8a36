//! The metrics of a service over time.

texts! {
    metrics_in_range: "Metrics in this range", "Métriques de cette période";
    mean_between_extremes: "Mean, between the lowest and the highest value", "Moyenne, entre la plus petite et la plus grande valeur";
    from_to(lowest: &str, highest: &str): "{lowest} to {highest}", "de {lowest} à {highest}";
    metric_from_to(name: &str, lowest: &str, highest: &str, latest: &str):
        "{name}: from {lowest} to {highest}, latest {latest}",
        "{name}\u{a0}: de {lowest} à {highest}, dernière valeur {latest}";
    warning_at(values: &str): "warning at {values}", "avertissement à {values}";
    critical_at(values: &str): "critical at {values}", "critique à {values}";
    numbers: "Numbers of the metrics", "Valeurs des métriques";
}
