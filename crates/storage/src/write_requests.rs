//! Requests to store something that is not a check result: silences, changes of the outbox, heartbeats. Only the recorder makes commits,
//! so that their numbers are in order; all other tasks send it their requests.

use super::api_key::StoredKey;
use super::deliveries::IncidentDelivery;
use super::note::Note;
use super::records::{Notification, NotificationKey};
use super::silence::Silence;
use model::ServiceId;
use tokio::sync::{mpsc, oneshot};

/// Requests in the queue. When it is full, senders wait.
const QUEUE: usize = 64;

/// Changes that are stored together.
#[derive(Debug, Default)]
pub struct WriteRequest {
    /// New and changed notifications of the outbox.
    pub notifications: Vec<Notification>,
    /// Notifications that leave the outbox.
    pub settled: Vec<NotificationKey>,
    /// The results of notifications.
    pub deliveries: Vec<IncidentDelivery>,
    /// New and changed silences.
    pub silences: Vec<Silence>,
    /// Ids of withdrawn silences.
    pub withdrawn: Vec<u64>,
    /// New and changed API keys.
    pub keys: Vec<StoredKey>,
    /// Ids of revoked API keys.
    pub revoked: Vec<u64>,
    /// New notes on incidents.
    pub notes: Vec<Note>,
    /// Services with a new heartbeat.
    pub heard: Vec<ServiceId>,
}

impl WriteRequest {
    /// Whether there is anything to store.
    pub fn has_something(&self) -> bool {
        let Self { notifications, settled, deliveries, silences, withdrawn, keys, revoked, notes, heard } = self;
        let is_empty = notifications.is_empty() && settled.is_empty() && deliveries.is_empty();
        let is_empty = is_empty && silences.is_empty() && withdrawn.is_empty();
        !(is_empty && keys.is_empty() && revoked.is_empty() && notes.is_empty() && heard.is_empty())
    }
}

/// A request in the queue, and where to report that it is stored.
#[derive(Debug)]
pub struct SubmittedRequest {
    pub request: WriteRequest,
    pub stored: oneshot::Sender<()>,
}

/// Sends requests to the recorder.
#[derive(Clone, Debug)]
pub struct WriteRequests {
    sender: mpsc::Sender<SubmittedRequest>,
}

impl WriteRequests {
    /// The sender, and the queue for the recorder.
    pub fn new() -> (Self, mpsc::Receiver<SubmittedRequest>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self { sender }, receiver)
    }

    /// Stores the latest heartbeats of these services. Returns when they are stored.
    pub async fn store_heartbeats(&self, heard: Vec<ServiceId>) {
        if !heard.is_empty() {
            self.submit(WriteRequest { heard, ..WriteRequest::default() }).await;
        }
    }

    /// Stores a request. Returns when it is stored or, while the store is unavailable, when it is in the queue of the store writer. Returns
    /// `false` when the process is ending and the request was not taken.
    pub async fn submit(&self, request: WriteRequest) -> bool {
        let (stored, is_stored) = oneshot::channel();
        self.sender.send(SubmittedRequest { request, stored }).await.is_ok() && is_stored.await.is_ok()
    }
}
