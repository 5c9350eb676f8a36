//! A service now, from memory.

use crate::auth::{Principal, can_see};
use crate::http::Context;
use crate::http::errors::ApiError;
use crate::http::settings_view;
use chrono::Local;
use model::{CheckDetail, NodeView, PauseView, ServiceId, ServiceSettings, ServiceView};
use std::path::Path;
use std::sync::Arc;
use storage::Silence;
use tokio::time::Instant;
use yaml::Location;

/// The place in `settings.services` of the service with this id, if the caller may see it. Otherwise the same error as for a service
/// that does not exist.
pub fn place_of(context: &Context, caller: &Principal, id: &str) -> Result<usize, ApiError> {
    let is_it = |(roles, service): &(_, Arc<ServiceSettings>)| service.id.as_str() == id && can_see(caller, roles);
    context.settings.services.iter().position(is_it).ok_or(ApiError::NotFound)
}

/// Whether the service has a node of this name, or had one as far as history is kept.
pub fn has_node(context: &Context, service: &ServiceId, node: &str) -> bool {
    context.history.nodes(service).contains_key(node)
}

/// The configuration of the service at this place.
pub(super) fn settings(context: &Context, place: usize) -> Result<&ServiceSettings, ApiError> {
    context.settings.services.get(place).map(|(_, service)| &**service).ok_or(ApiError::NotFound)
}

/// A place in the configuration as the page shows it: the name of the file and the line.
fn source(place: &Location) -> String {
    let file = Path::new(&*place.file).file_name().map_or(place.file.as_ref().into(), |name| name.to_string_lossy());
    format!("{file}:{}", place.line)
}

/// The service at this place, which the caller may see.
pub fn view(context: &Context, caller: &Principal, place: usize) -> Result<ServiceView, ApiError> {
    let settings = settings(context, place)?;
    let mut details = context.details.of(&settings.id);
    let rows = context.events.rows_of(&settings.id);
    let nodes = rows.iter().map(|row| {
        let detail = details.remove(&row.status.node);
        let status = row.status_for(caller.is_admin()).into_owned();
        NodeView { detail: detail.map(|detail| CheckDetail::clone(&detail)), status }
    });
    let nodes = nodes.collect();
    let pause = context.silences.pause(&settings.id, context.clock.now());
    let due = context.due_times.get(&settings.id).map(|due| due.at);
    let left = |due: Instant| due.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
    let next_check = due.filter(|_| pause.is_none()).and_then(left).map(|left| Local::now().fixed_offset() + left);
    Ok(ServiceView {
        settings: settings_view::service(settings, caller),
        source: context.settings.sources.get(&settings.id).filter(|_| caller.is_admin()).map(source),
        nodes,
        next_check,
        is_checking: due.is_some_and(|due| left(due).is_none()),
        pause: pause.map(|pause| pause_view(&pause)),
        lacks_node: false,
    })
}

pub(super) fn pause_view(pause: &Silence) -> PauseView {
    PauseView { author: pause.author.clone(), comment: pause.comment.clone(), since: pause.from, until: pause.until }
}
