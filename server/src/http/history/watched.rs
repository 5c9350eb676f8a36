use crate::auth::{Principal, can_see};
use crate::http::Context;
use crate::http::errors::ApiError;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use history::NodeId;
use model::{ServiceId, ServiceSettings};
use std::collections::{BTreeMap, HashMap};

/// The services that a caller may see, with all their nodes, past ones included.
pub struct Watched<'a> {
    /// Sorted by group, name and id.
    pub services: Vec<(&'a ServiceSettings, BTreeMap<String, NodeId>)>,
    /// Whether there are no other services.
    pub is_everything: bool,
}

impl<'a> Watched<'a> {
    /// All services that the caller may see.
    pub fn all(context: &'a Context, caller: &Principal) -> Self {
        let services: Vec<_> = visible(context, caller).map(|service| with_nodes(context, service)).collect();
        let is_everything = services.len() == context.settings.services.len();
        Self { services, is_everything }
    }

    /// The service with this id, if the caller may see it; without an id all services that the caller may see.
    pub fn filtered(context: &'a Context, caller: &Principal, id: Option<&ServiceId>) -> Self {
        let Some(id) = id else { return Self::all(context, caller) };
        let services = visible(context, caller).filter(|service| service.id == *id);
        Self { services: services.map(|service| with_nodes(context, service)).collect(), is_everything: false }
    }

    /// One service.
    pub fn one(context: &'a Context, service: &'a ServiceSettings) -> Self {
        Self { services: vec![with_nodes(context, service)], is_everything: false }
    }

    /// The numbers of all nodes, sorted.
    pub fn ids(&self) -> Vec<NodeId> {
        let mut ids: Vec<NodeId> = self.services.iter().flat_map(|(_, nodes)| nodes.values().copied()).collect();
        ids.sort_unstable();
        ids
    }

    /// The service and the name of every node.
    pub fn by_id(&self) -> HashMap<NodeId, (&'a ServiceSettings, &str)> {
        let nodes = self.services.iter().flat_map(|(service, nodes)| nodes.iter().map(|(node, id)| (*id, *service, node.as_str())));
        nodes.map(|(id, service, node)| (id, (service, node))).collect()
    }
}

/// The services that the caller may see, sorted by group, name and id.
pub fn visible<'a>(context: &'a Context, caller: &Principal) -> impl Iterator<Item = &'a ServiceSettings> {
    context.settings.services.iter().filter(|(roles, _)| can_see(caller, roles)).map(|(_, service)| &**service)
}

/// The service of this id, if the caller may see it. Otherwise the same error as for a service that does not exist.
pub fn named<'a>(
    context: &'a Context,
    caller: &Principal,
    id: Result<Path<String>, PathRejection>,
) -> Result<&'a ServiceSettings, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    visible(context, caller).find(|service| service.id.as_str() == id).ok_or(ApiError::NotFound)
}

fn with_nodes<'a>(context: &Context, service: &'a ServiceSettings) -> (&'a ServiceSettings, BTreeMap<String, NodeId>) {
    (service, context.history.nodes(&service.id))
}
