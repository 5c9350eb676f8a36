//! A value that one order replaces after another.

/// The value that was answered last, and those of later orders, which were not answered.
#[derive(Default)]
pub(super) struct Said<T> {
    answered: T,
    sent: Vec<T>,
}

impl<T: Clone + PartialEq> Said<T> {
    /// One that was answered.
    pub(super) fn new(answered: T) -> Self {
        Self { answered, sent: Vec::new() }
    }

    pub(super) fn answered(&self) -> &T {
        &self.answered
    }

    pub(super) fn send(&mut self, value: T) {
        self.sent.push(value);
    }

    /// The latest order was answered.
    pub(super) fn answer(&mut self, value: T) {
        *self = Self::new(value);
    }

    /// Whether a store may hold this value.
    pub(super) fn allows(&self, value: &T) -> bool {
        *value == self.answered || self.sent.contains(value)
    }
}
