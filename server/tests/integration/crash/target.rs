//! What is watched: services that change at random, some that are always down, and some that are always operational, others of which are
//! paused now and then.

use super::chance::Chance;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

/// Services whose ids begin with these letters, and how many there are of each kind.
pub(super) const FICKLE: (&str, u64) = ("fickle", 50);
pub(super) const DOWN: (&str, u64) = ("down", 5);
pub(super) const WELL: (&str, u64) = ("well", 5);
pub(super) const IDLE: (&str, u64) = ("idle", 3);

pub(super) struct Target {
    address: SocketAddr,
    is_calm: Arc<AtomicBool>,
}

impl Target {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let is_calm = Arc::<AtomicBool>::default();
        let router = Router::new().route("/{kind}/{number}", get(answer)).with_state(Arc::clone(&is_calm));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, is_calm }
    }

    /// From now on all services are operational.
    pub(super) fn calm_down(&self) {
        self.is_calm.store(true, Ordering::Relaxed);
    }

    /// `services.yaml`.
    pub(super) fn services(&self) -> String {
        let (mut services, address) = (String::new(), self.address);
        for (kind, count) in [FICKLE, DOWN, WELL, IDLE] {
            for number in 0..count {
                writeln!(
                    services,
                    "{kind}{number}: {{type: rest_http, role: dev, properties: {{host: {}, port: {}, protocol: http}}, \
                     data: {{type: App, name: {kind}{number}, url: /{kind}/{number}}}}}",
                    address.ip(),
                    address.port()
                )
                .unwrap();
            }
        }
        services
    }
}

/// A fickle service answers each time as if it had been asked for the first time.
async fn answer(State(is_calm): State<Arc<AtomicBool>>, Path((kind, number)): Path<(String, u64)>) -> StatusCode {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let is_well = is_calm.load(Ordering::Relaxed)
        || kind == WELL.0
        || kind == IDLE.0
        || (kind == FICKLE.0 && Chance::new(time ^ (number << 32)).below(2) == 0);
    if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}
