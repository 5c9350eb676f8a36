//! When nobody is to be told although something is wrong: while somebody has said so, while it is expected, and while something else
//! is down that it cannot work without. Checks go on all the while.

mod dependencies;
mod directives;
mod draft;
mod maintenance;
mod marking;
mod order_shares;
mod overview;
mod words;

pub use dependencies::Dependencies;
pub use directives::Directives;
pub use draft::Draft;
pub use maintenance::{Maintenance, Recurring, Scope, Window};
pub use marking::Marking;
pub use order_shares::{Orderer, TooMany};

use chrono::{DateTime, FixedOffset};
use std::sync::Arc;
use storage::Notification;

/// All reasons to hold a message.
pub struct Holding {
    pub directives: Arc<Directives>,
    pub maintenance: Arc<Maintenance>,
    pub dependencies: Dependencies,
}

impl Holding {
    /// Why nobody is notified of this now, in a few words; nothing when somebody is.
    pub fn hold(&self, message: &Notification, now: DateTime<FixedOffset>) -> Option<String> {
        let reason = self.directives.hold(message, now);
        let reason =
            reason.or_else(|| self.maintenance.covers(&message.service, &message.group, now).then(|| "maintenance".to_owned()));
        reason.or_else(|| self.dependencies.hold(message, now))
    }
}
