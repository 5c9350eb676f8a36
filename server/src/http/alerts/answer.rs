use super::orders::Orders;
use model::{ServiceId, SilenceView, SuppressionKind};
use serde::Serialize;
use storage::Directive;

/// How the API tells what somebody has ordered.
#[derive(Serialize)]
pub(super) struct DirectiveAnswer<'a> {
    id: u64,
    kind: SuppressionKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<u64>,
    /// Absent when it is about all services.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<ServiceId>>,
    author: &'a str,
    comment: &'a str,
    created: String,
    from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl<'a> DirectiveAnswer<'a> {
    /// With those of its services that the caller may see.
    pub(super) fn new(directive: &'a Directive, orders: &Orders<'_>) -> Self {
        let SilenceView { id, kind, incident, services, .. } = orders.view_of(directive);
        Self {
            id,
            kind,
            incident,
            services,
            author: &directive.author,
            comment: &directive.comment,
            created: directive.created.to_rfc3339(),
            from: directive.from.to_rfc3339(),
            until: directive.until.map(|until| until.to_rfc3339()),
        }
    }
}
