//! The thresholds of performance data, which are ranges of the guideline for Nagios plugins: `10` is from 0 to 10, `10:` from 10, `~:10` to 10, and
//! `@10:20` all but that.

use model::Threshold;

/// The range; `None` for an empty or invalid one, and for one that has all values.
pub(super) fn read(text: &str) -> Option<Threshold> {
    let (inside, range) = text.strip_prefix('@').map_or((false, text), |range| (true, range));
    let (min, max) = match range.split_once(':') {
        None => (Some(0.0), Some(number(range)?)),
        Some((start, end)) => {
            let min = if start == "~" { None } else { Some(number(start)?) };
            (min, if end.is_empty() { None } else { Some(number(end)?) })
        }
    };
    let is_range = match (min, max) {
        (None, None) => false,
        (Some(min), Some(max)) => min <= max,
        _ => true,
    };
    is_range.then_some(Threshold { min, max, inside })
}

/// Some locales write a decimal comma.
fn number(text: &str) -> Option<f64> {
    let number: f64 = text.replacen(',', ".", 1).parse().ok()?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_range() {
        for (text, min, max, inside) in [
            ("10", Some(0.0), Some(10.0), false),
            ("10:", Some(10.0), None, false),
            ("~:10", None, Some(10.0), false),
            ("10:20", Some(10.0), Some(20.0), false),
            ("@10:20", Some(10.0), Some(20.0), true),
            ("@10", Some(0.0), Some(10.0), true),
            ("-2,5:7.5", Some(-2.5), Some(7.5), false),
            ("0:0", Some(0.0), Some(0.0), false),
        ] {
            assert_eq!(read(text), Some(Threshold { min, max, inside }), "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in ["", "~", "~:", "@", "@~:", ":", ":10", "20:10", "-5", "10:x", "10ms", "nan", "inf:", "1:2:3"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn zero_is_a_limit_only_where_it_is_the_only_one() {
        let limits = |text| read(text).map(|threshold| threshold.limits().collect::<Vec<_>>()).unwrap_or_default();
        assert_eq!(
            (limits("10"), limits("0:"), limits("10:20"), limits("~:5")),
            (vec![10.0], vec![0.0], vec![10.0, 20.0], vec![5.0])
        );
    }
}
