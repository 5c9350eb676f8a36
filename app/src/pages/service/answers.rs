use crate::live::SharedSignal;
use crate::model::{RpcError, ServiceFiguresView, ServiceHistoryView, ServiceView};
use leptos::prelude::ArcResource;

/// A history, or why there is none.
pub(super) type History = Result<ServiceHistoryView, RpcError>;

/// The answers of the server about the service, which are asked for again from time to time.
#[derive(Clone)]
pub(super) struct Answers {
    pub service: ArcResource<Result<ServiceView, RpcError>>,
    pub history: ArcResource<History>,
    pub figures: ArcResource<Result<ServiceFiguresView, RpcError>>,
    /// The most points of the chart.
    pub points: SharedSignal<u32>,
}
