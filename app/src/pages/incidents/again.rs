use crate::live::{Derived, SharedSignal};
use crate::model::RpcError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use std::time::Duration;

/// How long the page waits after a change before it asks the server again: in a storm many changes follow each other.
const PATIENCE: Duration = Duration::from_secs(1);

/// Asks the server again when `trigger` changes, and replaces the answer. The views that show it keep what a user has typed.
pub fn ask_again<K, T, F>(trigger: Derived<K>, answer: SharedSignal<Arc<T>>, ask: impl Fn() -> F + Clone + 'static)
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: PartialEq + 'static,
    F: Future<Output = Result<T, RpcError>> + 'static,
{
    let is_due = StoredValue::new(false);
    Effect::new(move |before: Option<K>| {
        let now = trigger.get();
        if before.is_some_and(|before| before != now) && !is_due.get_value() {
            is_due.set_value(true);
            let (ask, answer) = (ask.clone(), answer.clone());
            let ask = move || {
                // The page may be gone.
                is_due.try_update_value(|is_due| *is_due = false);
                spawn_local(async move {
                    // When it fails, what is known stays. The event stream shows that the server is unreachable.
                    if let Ok(view) = ask().await {
                        answer.set(Arc::new(view));
                    }
                });
            };
            set_timeout(ask, PATIENCE);
        }
        now
    });
}
