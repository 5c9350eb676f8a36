//! What the page may ask, answered for one viewer.

use super::{Context, api};
use crate::auth::{Principal, can_see};
use crate::events::Snapshot;
use crate::storage::StoreHealth;
use app::backend::Backend;
use app::model::{BoardSnapshot, RpcError, SettingsView, StoreTroubleView, StoreView, StripsView, Viewer};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The house as one person may see it.
pub struct ViewerBackend {
    pub context: Arc<Context>,
    pub principal: Principal,
}

impl Backend for ViewerBackend {
    fn viewer(&self) -> Viewer {
        Viewer { name: self.principal.name.clone(), admin: self.principal.is_admin() }
    }

    fn board(&self) -> BoardSnapshot {
        let Snapshot { position, rows, store } = self.context.events.snapshot();
        let visible = rows.iter().filter(|row| can_see(&self.principal, &row.roles));
        BoardSnapshot { position, rows: visible.map(|row| row.status.clone()).collect(), store }
    }

    fn strips(&self) -> Pin<Box<dyn Future<Output = Result<StripsView, RpcError>> + Send + '_>> {
        Box::pin(async { self.context.strips.of(&self.principal).await.map_err(RpcError::Unavailable) })
    }

    fn settings(&self) -> SettingsView {
        let settings = &self.context.settings;
        let visible = settings.services.iter().filter(|(roles, _)| can_see(&self.principal, roles));
        let services = visible.map(|(_, service)| service.clone()).collect();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let (general, warnings, store) = match self.principal.is_admin() {
            true => (settings.general.clone(), settings.warnings.clone(), Some(store(&self.context.store_health.borrow()))),
            false => (Vec::new(), Vec::new(), None),
        };
        SettingsView { version, general, warnings, store, services }
    }

    fn flush(&self) -> Pin<Box<dyn Future<Output = Result<(), RpcError>> + Send + '_>> {
        Box::pin(async {
            if !self.principal.is_admin() {
                return Err(RpcError::Forbidden);
            }
            let ending = || RpcError::Unavailable("The server is shutting down.".to_owned());
            api::flush(&self.context).await.ok_or_else(ending)
        })
    }
}

fn store(health: &StoreHealth) -> StoreView {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let trouble = health.trouble.as_ref();
    StoreView {
        kind: health.kind.to_owned(),
        place: health.place.clone(),
        trouble: trouble.map(|trouble| StoreTroubleView { since: trouble.since, message: trouble.message.clone() }),
        waiting_commits: count(health.waiting_commits),
        waiting_samples: count(health.waiting_samples),
        dropped_samples: health.dropped_samples,
        stored_samples: health.stored_samples,
    }
}
