//! Performance data, which a Nagios plugin prints after a `|`: `'label'=value[unit];[warn];[crit];[min];[max]`, separated by
//! spaces.

use super::threshold;
use crate::Metric;

/// Maximum number of metrics of one check.
const MOST_METRICS: usize = 500;

/// Adds the metrics in `text`. Invalid ones are skipped: they do not make the check fail.
pub(super) fn read(mut text: &str, metrics: &mut Vec<Metric>) {
    loop {
        text = text.trim_start();
        if text.is_empty() || metrics.len() >= MOST_METRICS {
            return;
        }
        let (label, rest) = label(text).unwrap_or(("".to_owned(), text));
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (figure, rest) = rest.split_at(end);
        if let Some(metric) = figure.strip_prefix('=').and_then(|figure| metric(label, figure)) {
            metrics.push(metric);
        }
        text = rest;
    }
}

/// The label, and the rest of the text. A quoted label may contain any character; a quote is doubled.
fn label(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('\'') else {
        let end = text.find(|character: char| character == '=' || character.is_whitespace())?;
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut label = String::new();
    let mut rest = quoted;
    loop {
        let (piece, after) = rest.split_once('\'')?;
        label.push_str(piece);
        rest = after;
        match rest.strip_prefix('\'') {
            Some(after) => {
                label.push('\'');
                rest = after;
            }
            None => return Some((label, rest)),
        }
    }
}

/// The thresholds are for those who look; the exit code reports the plugin's judgement. The smallest and the largest possible value are ignored.
fn metric(label: String, figure: &str) -> Option<Metric> {
    let mut parts = figure.split(';');
    let figure = parts.next().unwrap_or_default();
    let [warning, critical] = [parts.next(), parts.next()].map(|range| range.and_then(threshold::read));
    let (number, unit) = figure.split_at(number_length(figure));
    // Some locales write a decimal comma.
    let value: f64 = number.replacen(',', ".", 1).parse().ok()?;
    // The guideline for plugins allows neither digits nor quotes in a unit: they are the rest of another number, such as `0x10` or `1.2.3`.
    let is_hexadecimal = number == "0" && unit.starts_with(['x', 'X']);
    let is_unit = !is_hexadecimal && !unit.contains(|character: char| character.is_ascii_digit() || "'\"".contains(character));
    (value.is_finite() && is_unit && !label.is_empty()).then(|| Metric { warning, critical, ..Metric::new(label, value, unit) })
}

/// Length in bytes of the number before the unit.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let starts_with = |from: usize, characters: &[char]| text[from..].starts_with(characters);
    let mut end = usize::from(starts_with(0, &['-', '+']));
    end += digits(end);
    if starts_with(end, &['.', ',']) {
        end += 1 + digits(end + 1);
    }
    // An `e` without digits after it starts a unit.
    if starts_with(end, &['e', 'E']) {
        let sign = usize::from(starts_with(end + 1, &['-', '+']));
        match digits(end + 1 + sign) {
            0 => {}
            exponent => end += 1 + sign + exponent,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, f64, &str)]) {
        let mut metrics = Vec::new();
        read(text, &mut metrics);
        let read: Vec<_> = metrics.iter().map(|metric| (metric.name.as_str(), metric.value, metric.unit.as_str())).collect();
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn figures_of_real_plugins() {
        check("time=0.002136s;;;0.000000;10.000000 size=854B;;;0", &[("time", 0.002136, "s"), ("size", 854.0, "B")]);
        check("rta=0.109000ms;100.000000;500.000000;0.000000 pl=0%;20;60;0;", &[("rta", 0.109, "ms"), ("pl", 0.0, "%")]);
        check(" /=16771973120B;267847005634;270552530944;0;270552530944", &[("/", 16_771_973_120.0, "B")]);
        check("procs=114;1:;;0;", &[("procs", 114.0, "")]);
        check("'C:\\ used space'=12GB;~:80;@10:20", &[("C:\\ used space", 12.0, "GB")]);
    }

    #[test]
    fn thresholds_stand_after_the_value() {
        let mut metrics = Vec::new();
        read("rta=0.1ms;100;500;0 procs=114;1:; 'C:'=12GB;~:80;@10:20 x=1;;x y=2", &mut metrics);
        let thresholds: Vec<_> = metrics.iter().map(|metric| (metric.warning, metric.critical)).collect();
        let expected = [("100", "500"), ("1:", ""), ("~:80", "@10:20"), ("", ""), ("", "")];
        assert_eq!(thresholds, expected.map(|(warning, critical)| (threshold::read(warning), threshold::read(critical))));
        assert!(thresholds[0].1.is_some());
    }

    #[test]
    fn every_form_of_a_number() {
        for (text, value, unit) in [
            ("5", 5.0, ""),
            ("-5c", -5.0, "c"),
            ("+.5us", 0.5, "us"),
            ("1.", 1.0, ""),
            ("2,5ms", 2.5, "ms"),
            ("1e3B", 1000.0, "B"),
            ("1.5E-3s", 0.0015, "s"),
            ("3events", 3.0, "events"),
            ("7 ", 7.0, ""),
            ("20°C;;", 20.0, "°C"),
        ] {
            check(&format!("x={text}"), &[("x", value, unit)]);
        }
    }

    #[test]
    fn names_in_quotes_and_out_of_them() {
        check("'it''s'=1 'a=b'=2 c_d/e=3", &[("it's", 1.0, ""), ("a=b", 2.0, ""), ("c_d/e", 3.0, "")]);
        check("'a'=1\n'b'=2\t'c'=3", &[("a", 1.0, ""), ("b", 2.0, ""), ("c", 3.0, "")]);
    }

    #[test]
    fn only_decimal_numbers_are_read() {
        check("hex=0x10 HEX=0XFF bits=0b101 groups=1,234.5 version=1.2.3 long=1_000 y=1", &[("y", 1.0, "")]);
    }

    #[test]
    fn what_keeps_no_form_is_left_out() {
        check("", &[]);
        check("x=U;1;2 y=1", &[("y", 1.0, "")]);
        check("no figure here y=1", &[("y", 1.0, "")]);
        check("=5 ''=5 x= x=; x=abc x=1e999 y=1", &[("y", 1.0, "")]);
        check("y=1 'open=2", &[("y", 1.0, "")]);
        check("a b", &[]);
        let many = "x=1 ".repeat(MOST_METRICS + 1);
        let mut metrics = Vec::new();
        read(&many, &mut metrics);
        assert_eq!(metrics.len(), MOST_METRICS);
    }
}
