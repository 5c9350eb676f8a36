//! Values that the parts of a page share.
//!
//! On the server, several threads render and clean up the parts of a page at the same time. `StoredValue`, signals and memos only try
//! to lock: while another thread holds the lock, they report the value as disposed, and updates are lost without an error. The locks
//! here wait.

use leptos::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// A value behind a lock that waits. Clones share the value.
pub struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    pub fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    /// Calls `work` with the value. The lock is held meanwhile, so `work` must be short and must not use the same value again.
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        // A panic of one thread must not take the page from the others.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// A signal whose reads wait for the lock. Clones share the value.
pub struct SharedSignal<T> {
    value: Shared<T>,
    changed: ArcTrigger,
}

impl<T: Clone + PartialEq> SharedSignal<T> {
    pub fn new(value: T) -> Self {
        Self { value: Shared::new(value), changed: ArcTrigger::new() }
    }

    /// The value. The effect or memo that calls this runs again when the value changes.
    pub fn get(&self) -> T {
        // Before the read, so that no change is missed.
        self.changed.track();
        self.get_untracked()
    }

    pub fn get_untracked(&self) -> T {
        self.value.with(|value| value.clone())
    }

    /// Replaces the value. An equal value is no change.
    pub fn set(&self, value: T) {
        let before = self.value.with(|current| (*current != value).then(|| std::mem::replace(current, value)));
        if before.is_some() {
            self.changed.notify();
        }
    }
}

impl<T> Clone for SharedSignal<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), changed: self.changed.clone() }
    }
}

impl<T: Clone + PartialEq + Default> Default for SharedSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::thread;

    /// Calls `work` on several threads at once, many times on each.
    fn at_once(work: impl Fn() + Sync) {
        let start = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    start.wait();
                    (0..5_000).for_each(|_| work());
                });
            }
        });
    }

    #[test]
    fn no_change_is_lost_while_other_threads_hold_the_value() {
        let count = Shared::new(0);
        at_once(|| count.with(|count| *count += 1));
        assert_eq!(count.with(|count| *count), 20_000);
    }

    #[test]
    fn a_signal_can_be_read_while_other_threads_write_it() {
        let signal = SharedSignal::new(0_u32);
        at_once(|| signal.set(signal.get_untracked().wrapping_add(1)));
        assert!(signal.get_untracked() > 0);
    }

    #[test]
    fn a_value_stays_usable_after_a_panic() {
        let count = Shared::new(1);
        let panicking = count.clone();
        assert!(thread::spawn(move || panicking.with(|_| panic!("on purpose"))).join().is_err());
        assert_eq!(count.with(|count| *count), 1);
    }

    #[test]
    fn readers_run_again_when_the_value_changes_and_only_then() {
        let owner = Owner::new();
        owner.set();
        let signal = SharedSignal::new(1);
        let runs = Shared::new(0);
        let memo = {
            let (signal, runs) = (signal.clone(), runs.clone());
            Memo::new(move |_| {
                runs.with(|runs| *runs += 1);
                signal.get()
            })
        };
        assert_eq!(memo.get_untracked(), 1);
        signal.set(1);
        assert_eq!((memo.get_untracked(), runs.with(|runs| *runs)), (1, 1));
        signal.set(2);
        assert_eq!((memo.get_untracked(), runs.with(|runs| *runs)), (2, 2));
    }
}
