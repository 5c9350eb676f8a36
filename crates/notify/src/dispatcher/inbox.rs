//! Passes stored notifications to the tasks of their channels.

use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::{Notification, Renames};
use tokio::sync::Notify;

/// The inboxes of all channels.
#[derive(Clone, Default)]
pub struct Outbox {
    /// By channel. One stays when its channel is removed: its task drops what still comes.
    inboxes: Arc<RwLock<BTreeMap<String, Arc<Inbox>>>>,
}

/// The notifications for one channel that its task has not taken yet. The task takes them at once and bounds their number.
#[derive(Default)]
pub(super) struct Inbox {
    messages: Mutex<Vec<Notification>>,
    /// The ids that services have now, which its task does not know yet.
    renames: Mutex<Vec<Renames>>,
    bell: Notify,
}

impl Outbox {
    /// That of a channel, which is created when it is absent.
    pub(super) fn inbox(&self, channel: &str) -> Arc<Inbox> {
        Arc::clone(self.inboxes.write().entry(channel.to_owned()).or_default())
    }

    /// Adds notifications that are in the store.
    pub fn add(&self, messages: Vec<Notification>) {
        let inboxes = self.inboxes.read();
        for message in messages {
            if let Some(inbox) = inboxes.get(&message.channel) {
                inbox.add(message);
            }
        }
    }

    /// Services have other ids now. Their pending notifications follow.
    pub fn rename(&self, renames: &Renames) {
        for inbox in self.inboxes.read().values() {
            inbox.renames.lock().push(renames.clone());
            inbox.bell.notify_one();
        }
    }
}

impl Inbox {
    fn add(&self, message: Notification) {
        // A panic while the lock was held leaves whole messages behind in any case.
        self.messages.lock().push(message);
        self.bell.notify_one();
    }

    pub(super) fn take(&self) -> Vec<Notification> {
        std::mem::take(&mut *self.messages.lock())
    }

    pub(super) fn take_renames(&self) -> Vec<Renames> {
        std::mem::take(&mut *self.renames.lock())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.lock().is_empty()
    }

    /// Waits for a notification.
    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }
}
