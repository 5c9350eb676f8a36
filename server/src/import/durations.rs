//! Durations as Go and Prometheus write them: `1h30m`, `300ms`, `2d`.

/// In seconds. `None` for what is no duration; a number without a unit is none.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    if text == "0" {
        return Some(0.0);
    }
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let number_end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').filter(|end| *end > 0)?;
        let (number, after) = rest.split_at(number_end);
        let unit_end = after.find(|letter: char| letter.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let unit = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            "w" => 604_800.0,
            "y" => 31_536_000.0,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * unit;
        rest = after;
    }
    (!text.is_empty() && total.is_finite()).then_some(total)
}

/// Seconds as a number of a YAML file, to the millisecond.
pub(super) fn shown(seconds: f64) -> String {
    let rounded = (seconds * 1e3).round() / 1e3;
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_go_and_prometheus() {
        for (text, expected) in
            [("1h30m", 5_400.0), ("300ms", 0.3), ("1.5s", 1.5), ("2d", 172_800.0), ("0", 0.0), ("1m", 60.0), ("48h0m0s", 172_800.0)]
        {
            assert!(seconds(text).is_some_and(|found| (found - expected).abs() < 1e-9), "{text}");
        }
        for text in ["", "5", "h", "1x", "1h-5m", "..s", "1 h", "-1h"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!([shown(60.0), shown(0.3), shown(0.100_000_1)], ["60", "0.3", "0.1"]);
    }
}
