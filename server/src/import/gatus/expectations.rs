//! What all conditions of an endpoint expect together, in Platus' terms.

use super::condition::{Comparison, Condition, Operand, Subject};
use crate::import::durations;
use crate::import::json_conditions::{path as json_path, readings};
use crate::import::patterns;
use crate::import::value::{Map, Value};

/// The conditions of an endpoint, as far as Platus has them.
#[derive(Default)]
pub(super) struct Expectations {
    statuses: Vec<StatusCondition>,
    /// Regular expressions for the whole body, and the text that the body must be, if it is one.
    pub patterns: Vec<String>,
    pub exact_body: Option<String>,
    /// Conditions by JSONPath.
    pub json: Map,
    /// In seconds.
    pub max_elapsed: Option<f64>,
    /// For how long the certificate must be valid, in seconds.
    pub certificate: Option<f64>,
    /// The result code of DNS.
    pub dns_code: Option<String>,
    /// Conditions that were not carried over, as they are written.
    pub lost: Vec<String>,
    /// Whether one of these is met while the target fails: without it, the check would say the opposite.
    pub is_inverted: bool,
}

struct StatusCondition {
    comparison: Comparison,
    operand: StatusOperand,
}

enum StatusOperand {
    Numbers(Vec<i64>),
    Pattern(String),
}

impl Expectations {
    pub(super) fn of<'a>(conditions: impl IntoIterator<Item = &'a str>) -> Self {
        let mut expectations = Self::default();
        for text in conditions {
            let condition = Condition::parse(text);
            let is_carried = condition.as_ref().is_some_and(|condition| expectations.add(condition).is_some());
            if !is_carried {
                expectations.lost.push(text.to_owned());
                expectations.is_inverted |= condition.as_ref().is_some_and(Condition::can_be_met_by_a_failure);
            }
        }
        expectations
    }

    /// Whether a status fulfils all conditions on it.
    pub(super) fn wants(&self, status: u16) -> bool {
        self.statuses.iter().all(|StatusCondition { comparison, operand }| match operand {
            StatusOperand::Numbers(numbers) if *comparison == Comparison::NotEqual => {
                numbers.iter().all(|number| i64::from(status) != *number)
            }
            StatusOperand::Numbers(numbers) => numbers.iter().any(|number| comparison.holds(i64::from(status), *number)),
            StatusOperand::Pattern(pattern) => {
                patterns::matches_wildcards(pattern, &status.to_string()) == (*comparison == Comparison::Equal)
            }
        })
    }

    /// Whether the status, the body or the certificate is expected to be something.
    pub(super) fn is_of_http(&self) -> bool {
        !self.statuses.is_empty() || !self.json.is_empty()
    }

    /// `None` if Platus has no such condition.
    fn add(&mut self, condition: &Condition<'_>) -> Option<()> {
        let Condition { subject, comparison, operand } = condition;
        // Only a value that is compared as it is can refer to the environment.
        let may_refer = matches!((subject, operand), (Subject::Body(path), Operand::Value(_)) if !path.is_empty());
        if operand.is_dynamic() || (operand.refers() && !may_refer) {
            return None;
        }
        match subject {
            Subject::Status => {
                self.statuses.push(StatusCondition { comparison: *comparison, operand: status(operand, *comparison)? })
            }
            Subject::ResponseTime => {
                let Operand::Value(value) = operand else { return None };
                let limit = limit(value, *comparison, false)?;
                self.max_elapsed = Some(self.max_elapsed.map_or(limit, |known| known.min(limit)));
            }
            Subject::CertificateExpiration => {
                let Operand::Value(value) = operand else { return None };
                let limit = limit(value, *comparison, true)?;
                self.certificate = Some(self.certificate.map_or(limit, |known| known.max(limit)));
            }
            // A check that cannot connect is never operational.
            Subject::Connected if is_condition(operand, *comparison, true) => {}
            Subject::DnsCode if *comparison == Comparison::Equal && self.dns_code.is_none() => match operand {
                Operand::Value(code) => self.dns_code = Some((*code).to_owned()),
                Operand::Pattern(_) | Operand::Any(_) => return None,
            },
            Subject::Body("") => self.add_body(*comparison, operand)?,
            Subject::Body(path) => {
                let (name, value) = json_condition(*comparison, operand)?;
                self.add_json(path, name, value)?;
            }
            Subject::Length(path) => {
                let (Operand::Value(number), false) = (operand, path.is_empty()) else { return None };
                let mut length = Map::new();
                length.set(comparison.key(), Value::number(number.parse::<u32>().ok()?));
                self.add_json(path, "length", Value::Map(length))?;
            }
            Subject::Exists(path) => {
                let exists = if is_condition(operand, *comparison, true) {
                    true
                } else if is_condition(operand, *comparison, false) {
                    false
                } else {
                    return None;
                };
                self.add_json(path, "exists", Value::flag(exists))?;
            }
            Subject::Connected | Subject::DnsCode | Subject::Other => return None,
        }
        Some(())
    }

    /// A condition on the whole body.
    fn add_body(&mut self, comparison: Comparison, operand: &Operand<'_>) -> Option<()> {
        let pattern = match operand {
            Operand::Value(text) => patterns::exactly(text),
            Operand::Pattern(pattern) => patterns::wildcards(pattern),
            Operand::Any(values) => values.iter().map(|value| patterns::exactly(value)).collect::<Vec<_>>().join("|"),
        };
        match comparison {
            Comparison::Equal => {
                if let Operand::Value(text) = operand {
                    self.exact_body = Some((*text).to_owned());
                }
                self.patterns.push(contained(operand).unwrap_or_else(|| patterns::whole(&pattern)));
            }
            Comparison::NotEqual => self.patterns.push(patterns::other_than(&pattern)),
            _ => return None,
        }
        Some(())
    }

    /// `None` if the path cannot be written, or has such a condition already.
    fn add_json(&mut self, path: &str, name: &str, value: Value) -> Option<()> {
        let path = json_path(path)?;
        let mut conditions = match self.json.get(&path) {
            Some(Value::Map(conditions)) => conditions.clone(),
            _ => Map::new(),
        };
        if conditions.get(name).is_some() {
            return None;
        }
        conditions.set(name, value);
        self.json.set(&path, Value::Map(conditions));
        Some(())
    }
}

/// The pattern of `pat(*text*)`, which means that the body contains a text.
fn contained(operand: &Operand<'_>) -> Option<String> {
    let Operand::Pattern(pattern) = operand else { return None };
    let inner = pattern.strip_prefix('*')?.strip_suffix('*')?;
    (!inner.is_empty()).then(|| patterns::wildcards(inner))
}

/// Whether a condition on a boolean means that it is this one.
fn is_condition(operand: &Operand<'_>, comparison: Comparison, wanted: bool) -> bool {
    match (operand, comparison) {
        (Operand::Value("true"), Comparison::Equal) | (Operand::Value("false"), Comparison::NotEqual) => wanted,
        (Operand::Value("false"), Comparison::Equal) | (Operand::Value("true"), Comparison::NotEqual) => !wanted,
        _ => false,
    }
}

fn status(operand: &Operand<'_>, comparison: Comparison) -> Option<StatusOperand> {
    let number = |text: &&str| text.trim().parse::<i64>().ok();
    let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    match operand {
        Operand::Value(text) => Some(StatusOperand::Numbers(vec![number(text)?])),
        Operand::Pattern(pattern) if is_equality => Some(StatusOperand::Pattern((*pattern).to_owned())),
        Operand::Any(values) if is_equality => Some(StatusOperand::Numbers(values.iter().map(number).collect::<Option<_>>()?)),
        Operand::Pattern(_) | Operand::Any(_) => None,
    }
}

/// An upper or a lower limit in seconds. A number alone is milliseconds.
fn limit(value: &str, comparison: Comparison, is_lower: bool) -> Option<f64> {
    let fits = match comparison {
        Comparison::Less | Comparison::AtMost => !is_lower,
        Comparison::Greater | Comparison::AtLeast => is_lower,
        Comparison::Equal | Comparison::NotEqual => false,
    };
    let seconds =
        durations::seconds(value).or_else(|| value.parse::<u32>().ok().map(|milliseconds| f64::from(milliseconds) / 1e3))?;
    fits.then_some(seconds)
}

/// A condition of `json` on a value. Gatus compares texts, so a number or a boolean can also be a text in the body.
fn json_condition(comparison: Comparison, operand: &Operand<'_>) -> Option<(&'static str, Value)> {
    match (operand, comparison) {
        (Operand::Pattern(pattern), Comparison::Equal) => Some(("matches", Value::text(anchored(&patterns::wildcards(pattern))))),
        (Operand::Pattern(pattern), Comparison::NotEqual) => {
            Some(("matches", Value::text(format!(r"\A(?!(?:{})\z)", patterns::wildcards(pattern)))))
        }
        (Operand::Value(text), Comparison::Equal) => match readings(text).as_slice() {
            [only] => Some(("equals", only.clone())),
            several => Some(("one_of", Value::List(several.to_vec()))),
        },
        (Operand::Any(values), Comparison::Equal) => {
            Some(("one_of", Value::List(values.iter().flat_map(|value| readings(value)).collect())))
        }
        (Operand::Value(text), Comparison::NotEqual) => Some(("not_equals", readings(text).into_iter().next()?)),
        (Operand::Any(_) | Operand::Pattern(_), _) => None,
        (Operand::Value(text), _) => Some((comparison.key(), Value::number(text.parse::<i64>().ok()?))),
    }
}

fn anchored(pattern: &str) -> String {
    format!(r"\A(?:{pattern})\z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml_text;

    #[track_caller]
    fn json(conditions: &[&str]) -> String {
        let expectations = Expectations::of(conditions.iter().copied());
        assert_eq!(expectations.lost, Vec::<String>::new());
        yaml_text::map(&expectations.json, 0)
    }

    #[test]
    fn conditions_on_json() {
        assert_eq!(json(&["[BODY].status == UP"]), "'$.status':\n  equals: UP\n");
        assert_eq!(json(&["[BODY].data[0].id == 1"]), "'$.data[0].id':\n  one_of: [1, '1']\n");
        assert_eq!(json(&["[BODY].ok == true"]), "'$.ok':\n  one_of: [true, 'true']\n");
        assert_eq!(json(&["[BODY].a > 1", "[BODY].a <= 9"]), "'$.a':\n  greater_than: 1\n  at_most: 9\n");
        assert_eq!(json(&["len([BODY].x-y) == 8"]), "'$[''x-y'']':\n  length:\n    equals: 8\n");
        assert_eq!(json(&["has([BODY].errors) == false"]), "'$.errors':\n  exists: false\n");
        assert_eq!(json(&["[BODY].n == pat(a*)"]), "'$.n':\n  matches: '\\A(?:a[\\s\\S]*)\\z'\n");
    }

    #[test]
    fn conditions_on_the_status_are_met_together() {
        let wanted = |conditions: &[&str]| {
            let expectations = Expectations::of(conditions.iter().copied());
            assert!(expectations.lost.is_empty());
            (100..=999).filter(|status| expectations.wants(*status)).collect::<Vec<u16>>()
        };
        assert_eq!(wanted(&["[STATUS] == 200"]), [200]);
        assert_eq!(wanted(&["[STATUS] >= 200", "[STATUS] < 203", "[STATUS] != 201"]), [200, 202]);
        assert_eq!(wanted(&["[STATUS] == any(200, 429)"]), [200, 429]);
        assert_eq!(wanted(&["[STATUS] == pat(20*)"]), (200..=209).collect::<Vec<_>>());
        assert_eq!(wanted(&[]).len(), 900);
    }

    #[test]
    fn limits_are_the_strictest() {
        let expectations = Expectations::of([
            "[RESPONSE_TIME] < 500",
            "[RESPONSE_TIME] < 2s",
            "[CERTIFICATE_EXPIRATION] > 48h",
            "[CONNECTED] == true",
        ]);
        assert_eq!((expectations.max_elapsed, expectations.certificate), (Some(0.5), Some(172_800.0)));
    }

    #[test]
    fn conditions_that_a_failing_target_meets_are_known() {
        for (condition, expected) in [
            ("[CONNECTED] == false", true),
            ("[CONNECTED] != true", true),
            ("[CERTIFICATE_EXPIRATION] < 48h", true),
            ("[CONNECTED] == true", false),
            ("[IP] == 127.0.0.1", false),
        ] {
            assert_eq!(Expectations::of([condition]).is_inverted, expected, "{condition}");
        }
    }

    #[test]
    fn conditions_that_platus_does_not_have_are_named() {
        let conditions = [
            "[IP] == 127.0.0.1",
            "[BODY].a == [BODY].b",
            "[CONNECTED] == false",
            "[RESPONSE_TIME] > 10",
            "nonsense",
            "[BODY].a == 1",
            "[BODY].a == 2",
        ];
        let lost = Expectations::of(conditions).lost;
        assert_eq!(
            lost,
            [
                "[IP] == 127.0.0.1",
                "[BODY].a == [BODY].b",
                "[CONNECTED] == false",
                "[RESPONSE_TIME] > 10",
                "nonsense",
                "[BODY].a == 2"
            ]
        );
    }
}
