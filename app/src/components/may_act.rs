/// Whether rows offer the actions of an operator.
#[derive(Clone, Copy)]
pub(super) struct MayAct(pub bool);
