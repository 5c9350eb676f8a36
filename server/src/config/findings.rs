//! What is wrong in the files, and what follows from it.

use yaml::LocatedError;

/// Something in the files that the operator should correct.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The place, what is wrong and the remedy.
    pub problem: LocatedError,
    pub effect: Effect,
    /// A stable word for its kind.
    pub rule: &'static str,
}

/// What follows from a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Platus does not start.
    NoStart,
    /// The service is not checked.
    NoCheck,
    /// The user cannot log in.
    NoLogin,
    /// The channel is disabled.
    NoChannel,
    /// The list of services is not used.
    NoList,
    /// Platus works with it, but it is probably not what was meant.
    Warning,
}

/// The rule of a value or a key that is wrong.
pub const INVALID: &str = "invalid";

impl Finding {
    /// A value or a key that is wrong.
    pub fn invalid(problem: LocatedError, effect: Effect) -> Self {
        Self { problem, effect, rule: INVALID }
    }

    /// Something with which Platus works.
    pub fn warning(rule: &'static str, problem: LocatedError) -> Self {
        Self { problem, effect: Effect::Warning, rule }
    }

    /// Whether a part of the configuration is not used because of it.
    pub fn is_error(&self) -> bool {
        self.effect != Effect::Warning
    }

    /// The finding with its consequence, for the log.
    pub(super) fn sentence(&self) -> String {
        let consequence = match self.effect {
            Effect::NoLogin => " Until then the user cannot log in.",
            Effect::NoStart | Effect::NoCheck | Effect::NoChannel | Effect::NoList | Effect::Warning => "",
        };
        format!("{}.{consequence}", self.problem)
    }
}
