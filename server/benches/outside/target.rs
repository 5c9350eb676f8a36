//! A server that records when each service is checked. Its `/fickle/…` can be made to fail.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    notes: Arc<Notes>,
}

struct Notes {
    /// By the number of the service.
    arrivals: Mutex<Vec<Vec<Instant>>>,
    /// Whether `/fickle/…` fails.
    is_failing: AtomicBool,
}

impl Target {
    /// It runs on a separate thread, so that nothing else in this process delays it.
    pub(crate) fn start(services: usize) -> Self {
        let notes = Arc::new(Notes { arrivals: Mutex::new(vec![Vec::new(); services]), is_failing: AtomicBool::new(false) });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let router =
            Router::new().route("/{number}", get(note)).route("/fickle/{number}", get(note_or_fail)).with_state(Arc::clone(&notes));
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await
            })
        });
        Self { address, notes }
    }

    /// When each service was checked since the last call.
    pub(crate) fn take_arrivals(&self) -> Vec<Vec<Instant>> {
        self.notes.arrivals.lock().unwrap().iter_mut().map(std::mem::take).collect()
    }

    /// Whether each service was checked since the last call of [`Self::take_arrivals`].
    pub(crate) fn has_seen_all(&self) -> bool {
        self.notes.arrivals.lock().unwrap().iter().all(|arrivals| !arrivals.is_empty())
    }

    /// Lets `/fickle/…` fail, or work again.
    pub(crate) fn fail(&self, is_failing: bool) {
        self.notes.is_failing.store(is_failing, Ordering::Relaxed);
    }
}

async fn note(State(notes): State<Arc<Notes>>, Path(number): Path<usize>) -> &'static str {
    if let Some(arrivals) = notes.arrivals.lock().unwrap().get_mut(number) {
        arrivals.push(Instant::now());
    }
    "ok"
}

async fn note_or_fail(state: State<Arc<Notes>>, number: Path<usize>) -> Result<&'static str, StatusCode> {
    if state.is_failing.load(Ordering::Relaxed) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    Ok(note(state, number).await)
}
