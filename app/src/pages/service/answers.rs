use crate::model::{RpcError, ServiceFiguresView, ServiceHistoryView, ServiceView};
use leptos::prelude::*;

/// A history, or why there is none.
pub(super) type History = Result<ServiceHistoryView, RpcError>;

/// The answers of the server about the service, which are asked for again from time to time.
#[derive(Clone, Copy)]
pub(super) struct Answers {
    pub service: Resource<Result<ServiceView, RpcError>>,
    pub history: Resource<History>,
    pub figures: Resource<Result<ServiceFiguresView, RpcError>>,
    /// The most points of the chart.
    pub points: RwSignal<u32>,
}
