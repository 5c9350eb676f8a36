//! Forms that several keys have.

use yaml::declaration::Form::{self, Number, OneOrMany, Text};

/// Seconds between two checks.
pub(super) const INTERVAL: Form = Number(1.0, 86_400.0);

/// Seconds of a time limit.
pub(super) const TIMEOUT: Form = Number(0.001, 3600.0);

/// Several texts, or one.
pub(super) const TEXTS: Form = OneOrMany(&Text);
