use model::Expectation;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// `max_elapsed` of a service: the seconds after which an answer is too slow and the service unhealthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "f64")]
pub struct MaxElapsed(Duration);

impl MaxElapsed {
    pub fn judge(self, elapsed: Duration) -> Expectation {
        let expected = format!("an answer within {} s", self.0.as_secs_f64());
        Expectation::new(expected, seconds(elapsed), elapsed <= self.0)
    }
}

/// With three decimals.
fn seconds(elapsed: Duration) -> String {
    format!("{:.3} s", elapsed.as_secs_f64())
}

impl TryFrom<f64> for MaxElapsed {
    type Error = &'static str;

    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        let duration = Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero());
        duration.map(Self).ok_or("expected seconds, more than 0")
    }
}

/// In the documentation of a check type it is a number.
impl JsonSchema for MaxElapsed {
    fn schema_name() -> Cow<'static, str> {
        f64::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        f64::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    #[track_caller]
    fn read(yaml: &str) -> Result<MaxElapsed, String> {
        let document = parse("services.yaml", &format!("key: {yaml}")).unwrap();
        document.get("key").unwrap().read().map_err(|error| error.to_string())
    }

    #[test]
    fn seconds_are_read() {
        for (yaml, milliseconds) in [("2", 2000), ("0.25", 250), ("'1.5'", 1500)] {
            assert_eq!(read(yaml), Ok(MaxElapsed(Duration::from_millis(milliseconds))));
        }
        for yaml in ["0", "-1", ".nan", ".inf", "soon"] {
            assert!(read(yaml).is_err(), "{yaml}");
        }
    }

    #[test]
    fn slow_answers_are_told() {
        let max = read("0.25").unwrap();
        assert!(max.judge(Duration::from_millis(250)).met);
        let slow = max.judge(Duration::from_micros(251_400));
        assert_eq!((slow.met, slow.complaint().as_str()), (false, "expected an answer within 0.25 s, got 0.251 s"));
    }
}
