use crate::address;
use crate::forms::INCIDENTS;
use crate::incidents::{ListAddress, OpenIncident};
use crate::live::{LiveBoard, SharedSignal};
use crate::model::IncidentsView;
use std::sync::Arc;

/// What history knows. It is asked again when incidents open or end; the rows of open incidents come from the board.
pub(super) type Answer = SharedSignal<Arc<IncidentsView>>;

/// The open incidents of the board that the list is about.
pub(super) fn open_incidents(board: &LiveBoard, view: &IncidentsView, address: &ListAddress) -> Vec<OpenIncident> {
    // A time that ends now goes on.
    let end = Some(view.to).filter(|to| *to < view.now && address.to.is_some());
    let mut open = board.with(|board| OpenIncident::all(board.rows(), &view.open, &address.filter)).unwrap_or_default();
    open.retain(|open| end.is_none_or(|end| open.incident.since < end));
    open
}

/// The address of the list with these conditions.
pub(super) fn href(address: &ListAddress) -> String {
    address::with(INCIDENTS, address.parameters())
}
