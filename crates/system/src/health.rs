//! Whether Platus itself works, for external monitoring.

use crate::tasks::TaskStatus;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Longest time without a finished turn of the recorder. A commit has a limit of a few seconds, so a longer turn hangs.
const LONGEST_TURN: Duration = Duration::from_secs(10);

/// The time at which a task last finished a turn of its work.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Instant>>);

impl Pulse {
    /// Starts as if a turn had finished now.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// Records that a turn has finished.
    pub fn beat(&self) {
        *self.0.lock() = Instant::now();
    }

    /// Time since the latest turn finished.
    pub fn age(&self) -> Duration {
        self.0.lock().elapsed()
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
    /// The state of the supervised tasks.
    pub tasks: TaskStatus,
    /// The pulse of the recorder, which beats at least once a second.
    pub recorder: Pulse,
}

impl Health {
    /// The problems, in sentences that name nothing of the configuration; empty without a problem.
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
