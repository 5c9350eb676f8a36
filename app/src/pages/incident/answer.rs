use crate::live::SharedSignal;
use crate::model::IncidentDetailView;
use std::sync::Arc;

/// What history knows of the incident. It is asked again when the node or a suppression changes.
pub(super) type Answer = SharedSignal<Arc<IncidentDetailView>>;
