use serde::{Deserialize, Serialize};

/// The values of a metric with which its check is content: from `min` to `max`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Absent: however low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Absent: however high.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Whether it is content with all other values instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inside: bool,
}

impl Threshold {
    /// The values at which the judgement changes, as far as a chart can show them. Plugins mean by `10` from 0 to 10, where 0 is no limit but the
    /// least that there is.
    pub fn limits(self) -> impl Iterator<Item = f64> {
        let min = self.min.filter(|min| *min != 0.0 || self.max.is_none());
        min.into_iter().chain(self.max)
    }
}
