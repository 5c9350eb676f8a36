//! Services that have another id than before.

use crate::config::{Config, Service};
use model::ServiceId;
use std::collections::HashMap;
use storage::{FormerIds, LeftHistory};
use yaml::LocatedError;

/// The former ids of the services, the latest of each last.
pub(super) fn of(config: &Config) -> FormerIds {
    FormerIds::new(config.services.iter().map(|service| (service.id.clone(), of_service(service))))
}

/// The former ids of a service, the latest last.
pub(super) fn of_service(service: &Service) -> Vec<ServiceId> {
    service.was.iter().map(|former| former.value.clone()).collect()
}

/// A warning for each history that stays under a former id.
pub(super) fn warnings(config: &Config, left: &[LeftHistory]) -> Vec<String> {
    if left.is_empty() {
        return Vec::new();
    }
    let services: HashMap<_, _> = config.services.iter().map(|service| (&service.id, service)).collect();
    let warning = |LeftHistory { former, service }: &LeftHistory| {
        let former = services.get(service)?.was.iter().find(|id| id.value == *former)?;
        let text = format!(
            "the history of `{}` stays under that id, since `{service}` has one of its own, and the two are not mixed. Remove this id",
            former.value
        );
        Some(format!("{}.", LocatedError::new(&former.location, text).under("was").under(service.as_str())))
    };
    left.iter().filter_map(warning).collect()
}
