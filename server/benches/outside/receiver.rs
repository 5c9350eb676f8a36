//! A receiver of the channel `webhook` that counts alerts.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    alerts: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let alerts = Arc::<Mutex<Vec<String>>>::default();
        let router = Router::new().route("/", post(take)).with_state(Arc::clone(&alerts));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, alerts }
    }

    /// The part of `config.yaml` that makes Platus notify it of each failed check, at once.
    pub(crate) fn settings(&self) -> String {
        format!(
            "retries_before_notify: 1\nnotify: true\nnotify_backend: {{type: webhook, group_window: 0, max_per_minute: 1000, \
             data: {{url: 'http://{}/'}}}}\n",
            self.address
        )
    }

    /// One line for each alert that has come.
    pub(crate) fn alerts(&self) -> Vec<String> {
        self.alerts.lock().unwrap().clone()
    }
}

async fn take(State(alerts): State<Arc<Mutex<Vec<String>>>>, body: Bytes) {
    let delivery: Value = serde_json::from_slice(&body).unwrap();
    let lines = delivery["alerts"].as_array().unwrap().iter().map(|alert| format!("{}: {}", alert["line"], alert["seen"]));
    alerts.lock().unwrap().extend(lines);
}
