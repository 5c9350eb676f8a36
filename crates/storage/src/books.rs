//! What is to be stored without a check having brought it. One task writes all that is stored, so that everything has its number in
//! order; whoever else has something hands it to that task.

use super::records::{Directive, Message, MessageKey};
use model::ServiceId;
use tokio::sync::{mpsc, oneshot};

/// Entries that may wait; more make those wait who bring them.
const QUEUE: usize = 64;

/// Something to be stored together.
#[derive(Debug, Default)]
pub struct Entry {
    /// New and changed messages of the outbox.
    pub messages: Vec<Message>,
    /// Messages that the outbox is done with.
    pub settled: Vec<MessageKey>,
    /// New and changed directives.
    pub directives: Vec<Directive>,
    /// Directives that hold no more.
    pub withdrawn: Vec<u64>,
    /// Services whose jobs have reported something.
    pub heard: Vec<ServiceId>,
}

impl Entry {
    /// Whether there is anything to store.
    pub fn has_something(&self) -> bool {
        let Self { messages, settled, directives, withdrawn, heard } = self;
        !(messages.is_empty() && settled.is_empty() && directives.is_empty() && withdrawn.is_empty() && heard.is_empty())
    }
}

/// An entry on its way, and where to say that it is stored.
#[derive(Debug)]
pub struct Submitted {
    pub entry: Entry,
    pub stored: oneshot::Sender<()>,
}

/// Takes what is to be stored.
#[derive(Clone, Debug)]
pub struct Books {
    sender: mpsc::Sender<Submitted>,
}

impl Books {
    /// And where the one who writes finds it.
    pub fn new() -> (Self, mpsc::Receiver<Submitted>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self { sender }, receiver)
    }

    /// Stores the latest reports of these jobs; returns when that is done.
    pub async fn store_heartbeats(&self, heard: Vec<ServiceId>) {
        if !heard.is_empty() {
            self.enter(Entry { heard, ..Entry::default() }).await;
        }
    }

    /// Stores an entry. Returns when it is stored or, if the store is away, when it is in the queue of what will be stored; false when
    /// nobody writes any more, since the process ends.
    pub async fn enter(&self, entry: Entry) -> bool {
        let (stored, is_stored) = oneshot::channel();
        self.sender.send(Submitted { entry, stored }).await.is_ok() && is_stored.await.is_ok()
    }
}
