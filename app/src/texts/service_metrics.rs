//! The metrics of a service over time.

texts! {
    metrics_in_range: "Metrics in this range", "Métriques de cette période";
    mean_between_extremes: "Mean, between the lowest and the highest value", "Moyenne, entre la plus petite et la plus grande valeur";
    from_to(lowest: &str, highest: &str): "{lowest} to {highest}", "de {lowest} à {highest}";
    metric_from_to(name: &str, lowest: &str, highest: &str, latest: &str):
        "{name}: from {lowest} to {highest}, latest {latest}",
        "{name}\u{a0}: de {lowest} à {highest}, dernière valeur {latest}";
    warning(values: &str): "warning {values}", "avertissement {values}";
    critical(values: &str): "critical {values}", "critique {values}";
    above(value: &str): "above {value}", "au-dessus de {value}";
    below(value: &str): "below {value}", "au-dessous de {value}";
    outside(lowest: &str, highest: &str): "outside of {lowest} to {highest}", "en dehors de {lowest} à {highest}";
    within(lowest: &str, highest: &str): "from {lowest} to {highest}", "de {lowest} à {highest}";
    at_or_above(value: &str): "at {value} and above", "à partir de {value}";
    at_or_below(value: &str): "at {value} and below", "jusqu’à {value}";
    numbers: "Numbers of the metrics", "Valeurs des métriques";
}
