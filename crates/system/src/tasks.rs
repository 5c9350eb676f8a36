//! Supervision of the long-lived tasks: it owns them, has their names, and reports a task that ends unexpectedly.

use parking_lot::{Mutex, MutexGuard};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinHandle, JoinSet};

/// Owns the tasks. They are aborted when it is dropped.
#[derive(Default)]
pub struct Tasks {
    running: JoinSet<()>,
    names: HashMap<Id, Name>,
    status: TaskStatus,
    spawner: Spawner,
}

/// Starts tasks while Platus runs. They are supervised as those of the start are.
#[derive(Clone, Default)]
pub struct Spawner(Arc<Requests>);

/// The tasks that are to be started. They are started at once, unless Platus shuts down.
#[derive(Default)]
struct Requests {
    tasks: Mutex<Vec<Requested>>,
    bell: Notify,
}

/// A task that is to be started.
struct Requested {
    name: Name,
    work: Pin<Box<dyn Future<Output = ()> + Send>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    task: &'static str,
    /// Distinguishes tasks of the same name in the log.
    of: Option<String>,
    /// Whether its work has an end, so that it may end by itself.
    may_end: bool,
}

/// Why a task has ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskFailure {
    #[error("the task {task} panicked: {message}")]
    Panicked { task: String, message: String },
    #[error("the task {task} has ended unexpectedly")]
    Ended { task: String },
}

impl Spawner {
    /// Starts one of several tasks of the same name, as [`Tasks::spawn_one_of`] does.
    pub fn spawn_one_of(&self, task: &'static str, of: &str, work: impl Future<Output = ()> + Send + 'static) {
        self.request(Name { task, of: Some(of.to_owned()), may_end: false }, work);
    }

    /// Starts a task whose work has an end, as [`Tasks::spawn_finite`] does.
    pub fn spawn_finite(&self, task: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.request(Name { task, of: None, may_end: true }, work);
    }

    fn request(&self, name: Name, work: impl Future<Output = ()> + Send + 'static) {
        self.0.tasks.lock().push(Requested { name, work: Box::pin(work) });
        self.0.bell.notify_one();
    }
}

impl Tasks {
    /// Starts a task that runs until the shutdown.
    pub fn spawn(&mut self, task: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.start(Name { task, of: None, may_end: false }, work);
    }

    /// Starts one of several tasks of the same name; `of` says which one, in the log.
    pub fn spawn_one_of(&mut self, task: &'static str, of: &str, work: impl Future<Output = ()> + Send + 'static) {
        self.start(Name { task, of: Some(of.to_owned()), may_end: false }, work);
    }

    /// Starts a task whose work has an end. Only a panic is a failure.
    pub fn spawn_finite(&mut self, task: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.start(Name { task, of: None, may_end: true }, work);
    }

    /// Supervises a running task that runs until the shutdown.
    pub fn adopt(&mut self, task: &'static str, running: JoinHandle<()>) {
        self.spawn(task, async {
            if let Err(Ok(panic)) = running.await.map_err(JoinError::try_into_panic) {
                std::panic::resume_unwind(panic);
            }
        });
    }

    /// Starts tasks later, while [`Tasks::failure`] or [`Tasks::ended`] is waited for.
    pub fn spawner(&self) -> Spawner {
        self.spawner.clone()
    }

    /// The state of the tasks, now and later.
    pub fn status(&self) -> TaskStatus {
        self.status.clone()
    }

    /// Waits for the first task that ends unexpectedly.
    pub async fn failure(&mut self) -> TaskFailure {
        loop {
            if let Some(failure) = self.next().await {
                return failure;
            }
        }
    }

    /// Waits until all tasks of these names have ended. For the shutdown, where ending is expected; a panic is logged.
    pub async fn ended(&mut self, tasks: &[&str]) {
        while self.names.values().any(|name| tasks.contains(&name.task)) {
            if let Some(failure @ TaskFailure::Panicked { .. }) = self.next().await {
                tracing::error!("In the shutdown, {failure}.");
            }
        }
    }

    fn start(&mut self, name: Name, work: impl Future<Output = ()> + Send + 'static) {
        if !name.may_end {
            self.status.counts().entry(name.task).or_default().started += 1;
        }
        let id = self.running.spawn(work).id();
        self.names.insert(id, name);
    }

    /// Starts what was requested, and waits for the next task to end. Returns the failure that this is unless its work was done.
    async fn next(&mut self) -> Option<TaskFailure> {
        let (id, panic) = loop {
            let requested = std::mem::take(&mut *self.spawner.0.tasks.lock());
            for Requested { name, work } in requested {
                self.start(name, work);
            }
            tokio::select! {
                () = self.spawner.0.bell.notified() => {}
                Some(ended) = self.running.join_next_with_id() => match ended {
                    Ok((id, ())) => break (id, None),
                    Err(error) => break (error.id(), error.try_into_panic().ok()),
                },
            }
        };
        let name = self.names.remove(&id)?;
        if !name.may_end {
            self.status.counts().entry(name.task).or_default().ended += 1;
        }
        let task = name.of.map_or_else(|| name.task.to_owned(), |of| format!("{} ({of})", name.task));
        match panic {
            Some(panic) => Some(TaskFailure::Panicked { task, message: panic_message(&*panic) }),
            None if name.may_end => None,
            None => Some(TaskFailure::Ended { task }),
        }
    }
}

/// The text of a panic.
pub fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}

/// The state of the tasks.
#[derive(Clone, Debug, Default)]
pub struct TaskStatus(Arc<Mutex<BTreeMap<&'static str, Count>>>);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    started: usize,
    ended: usize,
}

impl TaskStatus {
    /// The names of the tasks that run until the shutdown, and whether all tasks of that name are running.
    pub fn up(&self) -> Vec<(&'static str, bool)> {
        self.counts().iter().map(|(task, count)| (*task, count.ended == 0)).collect()
    }

    // Counts are whole at any time.
    fn counts(&self) -> MutexGuard<'_, BTreeMap<&'static str, Count>> {
        self.0.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio_util::sync::CancellationToken;

    fn until(token: &CancellationToken) -> impl Future<Output = ()> + use<> {
        token.clone().cancelled_owned()
    }

    #[tokio::test]
    async fn a_task_that_panics_is_a_failure_with_its_name_and_message() {
        let mut tasks = Tasks::default();
        tasks.spawn("scheduler", pending());
        tasks.spawn_one_of("dispatcher", "mail", async { panic!("no {}", "paper") });
        let failure = tasks.failure().await;
        assert_eq!(failure.to_string(), "the task dispatcher (mail) panicked: no paper");
        assert_eq!(tasks.status().up(), [("dispatcher", false), ("scheduler", true)]);
    }

    #[tokio::test]
    async fn a_task_that_ends_is_a_failure_unless_its_work_has_an_end() {
        let mut tasks = Tasks::default();
        tasks.spawn_finite("connection test", async {});
        tasks.spawn("recorder", async {});
        assert_eq!(tasks.failure().await, TaskFailure::Ended { task: "recorder".to_owned() });
        assert_eq!(tasks.status().up(), [("recorder", false)]);
    }

    #[tokio::test]
    async fn a_task_that_was_running_already_is_watched() {
        let mut tasks = Tasks::default();
        tasks.adopt("store", tokio::spawn(async { panic!("full") }));
        assert_eq!(tasks.failure().await.to_string(), "the task store panicked: full");
    }

    #[tokio::test]
    async fn a_task_that_is_started_later_is_watched() {
        let mut tasks = Tasks::default();
        let spawner = tasks.spawner();
        tasks.spawn_finite("reload", async move { spawner.spawn_one_of("dispatcher", "mail", async { panic!("no paper") }) });
        assert_eq!(tasks.failure().await.to_string(), "the task dispatcher (mail) panicked: no paper");
    }

    #[tokio::test]
    async fn the_shutdown_waits_for_the_named_tasks_only() {
        let (first, never) = (CancellationToken::new(), CancellationToken::new());
        let mut tasks = Tasks::default();
        tasks.spawn("server", until(&first));
        tasks.spawn("dispatcher", until(&first));
        tasks.spawn("follower", until(&never));
        first.cancel();
        tasks.ended(&["server", "dispatcher"]).await;
        assert_eq!(tasks.status().up(), [("dispatcher", false), ("follower", true), ("server", false)]);
    }
}
