//! What the page may ask, answered for one viewer.

use super::{Context, api};
use crate::auth::{Principal, can_see};
use app::backend::Backend;
use app::model::{BoardSnapshot, RpcError, SettingsView, Viewer};
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
        let (position, rows) = self.context.events.rows();
        let visible = rows.iter().filter(|row| can_see(&self.principal, &row.roles));
        BoardSnapshot { position, rows: visible.map(|row| row.status.clone()).collect() }
    }

    fn settings(&self) -> SettingsView {
        let settings = &self.context.settings;
        let visible = settings.services.iter().filter(|(roles, _)| can_see(&self.principal, roles));
        let services = visible.map(|(_, service)| service.clone()).collect();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let (general, warnings) = match self.principal.is_admin() {
            true => (settings.general.clone(), settings.warnings.clone()),
            false => (Vec::new(), Vec::new()),
        };
        SettingsView { version, general, warnings, services }
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
