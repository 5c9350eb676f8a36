//! Whether Platus itself works, for those who watch the watcher.

use crate::tasks::TaskStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long the recorder may take for one turn of its work. A commit has its own limit of some seconds, so that past this one it hangs.
const LONGEST_TURN: Duration = Duration::from_secs(10);

/// When a task has last finished a turn of its work.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Instant>>);

impl Pulse {
    /// As if a turn had been finished now.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// A turn was finished now.
    pub fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How long ago a turn was finished.
    pub fn age(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}

/// The health of Platus itself.
#[derive(Clone, Debug)]
pub struct Health {
    /// The tasks that must not end.
    pub tasks: TaskStatus,
    /// The recorder's, which beats at least once a second.
    pub recorder: Pulse,
}

impl Health {
    /// What is wrong, in sentences that name nothing of the configuration; empty when all is well.
    pub fn problems(&self) -> Vec<String> {
        let dead = self.tasks.up().into_iter().filter(|(_, is_up)| !is_up);
        let mut problems: Vec<_> = dead.map(|(task, _)| format!("The task {task} has ended.")).collect();
        let age = self.recorder.age();
        if age > LONGEST_TURN {
            problems.push(format!("The recorder has not finished a commit for {} s.", age.as_secs()));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::Tasks;
    use tokio::time::advance;

    #[tokio::test(start_paused = true)]
    async fn a_recorder_that_hangs_and_a_task_that_ended_are_problems() {
        let mut tasks = Tasks::default();
        let health = Health { tasks: tasks.status(), recorder: Pulse::new() };
        advance(LONGEST_TURN).await;
        assert!(health.problems().is_empty());
        advance(Duration::from_secs(2)).await;
        assert_eq!(health.problems(), ["The recorder has not finished a commit for 12 s."]);
        health.recorder.beat();
        tasks.spawn("scheduler", async {});
        tasks.failure().await;
        assert_eq!(health.problems(), ["The task scheduler has ended."]);
    }
}
