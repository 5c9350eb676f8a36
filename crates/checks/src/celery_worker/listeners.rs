/// What the broker says about the workers that received the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listeners {
    /// No worker was connected.
    None,
    /// All workers that received it have answered, so a worker without an answer is not connected.
    AllAnswered,
    /// At least one worker received it. How many is unknown, or some of them have not answered.
    SomeSilent,
}
