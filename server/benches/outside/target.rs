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
use tokio::sync::Notify;

pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    notes: Arc<Notes>,
}

struct Notes {
    arrivals: Mutex<Arrivals>,
    /// Notified when each service has been checked.
    all_seen: Notify,
    /// Whether `/fickle/…` fails.
    is_failing: AtomicBool,
}

struct Arrivals {
    /// By the number of the service.
    of_each: Vec<Vec<Instant>>,
    /// Services without any.
    unseen: usize,
}

impl Target {
    /// It runs on a separate thread, so that nothing else in this process delays it.
    pub(crate) fn start(services: usize) -> Self {
        let arrivals = Mutex::new(Arrivals { of_each: vec![Vec::new(); services], unseen: services });
        let notes = Arc::new(Notes { arrivals, all_seen: Notify::new(), is_failing: AtomicBool::new(false) });
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
        let mut arrivals = self.notes.arrivals.lock().unwrap();
        arrivals.unseen = arrivals.of_each.len();
        arrivals.of_each.iter_mut().map(std::mem::take).collect()
    }

    /// Waits until each service was checked since the last call of [`Self::take_arrivals`].
    pub(crate) async fn until_all_are_seen(&self) {
        // Before the look, so that nothing is missed between the two.
        let all_seen = self.notes.all_seen.notified();
        if self.notes.arrivals.lock().unwrap().unseen > 0 {
            all_seen.await;
        }
    }

    /// Lets `/fickle/…` fail, or work again.
    pub(crate) fn fail(&self, is_failing: bool) {
        self.notes.is_failing.store(is_failing, Ordering::Relaxed);
    }
}

async fn note(State(notes): State<Arc<Notes>>, Path(number): Path<usize>) -> &'static str {
    let mut arrivals = notes.arrivals.lock().unwrap();
    if let Some(of_this) = arrivals.of_each.get_mut(number) {
        of_this.push(Instant::now());
        if of_this.len() == 1 {
            arrivals.unseen -= 1;
            if arrivals.unseen == 0 {
                notes.all_seen.notify_waiters();
            }
        }
    }
    "ok"
}

async fn note_or_fail(state: State<Arc<Notes>>, number: Path<usize>) -> Result<&'static str, StatusCode> {
    if state.is_failing.load(Ordering::Relaxed) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    Ok(note(state, number).await)
}
