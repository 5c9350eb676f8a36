use super::liveness::IS_UPDATED;
use leptos::prelude::*;
use std::sync::Arc;

/// A value computed from signals, for several parts of a page.
///
/// In the browser this is a memo. On the server nothing changes while a page is rendered, and several threads read the value: a memo
/// that one thread computes is reported as disposed to the others. There the value is computed once, when it is created.
///
/// It lives as long as its clones, so that timers and frames may read it after the view that made it is gone.
pub struct Derived<T: Send + Sync + 'static>(Source<T>);

enum Source<T: Send + Sync + 'static> {
    Constant(Arc<T>),
    Memo(ArcMemo<T>),
}

impl<T: PartialEq + Send + Sync + 'static> Derived<T> {
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self(if IS_UPDATED { Source::Memo(ArcMemo::new(move |_| compute())) } else { Source::Constant(Arc::new(untrack(compute))) })
    }

    /// Reads the value. The effect or memo that calls this runs again when the value changes.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        match &self.0 {
            Source::Constant(value) => read(value),
            Source::Memo(memo) => memo.with(read),
        }
    }

    /// Reads the value once.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        match &self.0 {
            Source::Constant(value) => read(value),
            Source::Memo(memo) => memo.with_untracked(read),
        }
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Derived<T> {
    /// The value. The effect or memo that calls this runs again when the value changes.
    pub fn get(&self) -> T {
        self.with(T::clone)
    }
}

impl<T: Send + Sync + 'static> Clone for Derived<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Source::Constant(value) => Source::Constant(Arc::clone(value)),
            Source::Memo(memo) => Source::Memo(memo.clone()),
        })
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{Derived, Source};
    use crate::live::SharedSignal;
    use leptos::prelude::{ArcMemo, Owner};
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    #[test]
    fn on_the_server_threads_share_one_value() {
        static COMPUTED: AtomicU32 = AtomicU32::new(0);
        let owner = Owner::new();
        owner.set();
        let value = Derived::new(|| COMPUTED.fetch_add(1, Ordering::Relaxed));
        let start = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    start.wait();
                    (0..5_000).for_each(|_| assert_eq!(value.get(), 0));
                });
            }
        });
        assert_eq!(COMPUTED.load(Ordering::Relaxed), 1);
    }
    #[test]
    fn a_late_reader_gets_the_value_after_the_view_is_gone() {
        let view = Owner::new();
        let signal = SharedSignal::new(1);
        let value = view.with(|| {
            let signal = signal.clone();
            Derived(Source::Memo(ArcMemo::new(move |_| signal.get())))
        });
        assert_eq!(value.with_untracked(|value| *value), 1);
        view.cleanup();
        drop(view);
        signal.set(2);
        assert_eq!(value.with_untracked(|value| *value), 2);
    }
}
