//! Runs one check in isolation: a plugin that panics or hangs affects no other check.

use super::Service;
use super::safe_result::{safe_error, safe_observation};
use checks::Check;
use model::{CheckError, Observation};
use std::sync::Arc;
use std::time::Duration;
use system::exhaustion::Exhausted;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The time after the timeout in which a plugin can still report its own error, which says more.
const GRACE: Duration = Duration::from_secs(1);

/// The error of a result without nodes. It ensures that every service has a row; most plugins report a more precise error.
const NO_NODES: &str = "The check got an answer without any node: nothing matches `properties` and `data` of this service";

/// What remains of a run after its result: nothing, or a task that exceeded its deadline.
#[must_use = "a service must not be checked again before its run has ended"]
pub struct Remains(Option<AbortOnDrop>);

impl Remains {
    /// Aborts a run that exceeded its deadline, and waits for its end.
    pub async fn ended(self) {
        if let Some(mut run) = self.0 {
            run.0.abort();
            (&mut run.0).await.ok();
        }
    }
}

/// Checks a service once. The result of a service that cannot be checked is the reason. A result without nodes is an error. All texts
/// of the target are made safe to show.
pub async fn run(service: &Service) -> (Result<Vec<Observation>, CheckError>, Remains) {
    let (result, remains) = run_once(service).await;
    let safe = |observations: Vec<_>| observations.into_iter().map(|seen| safe_observation(seen, &service.node)).collect();
    (result.map(safe).map_err(safe_error), remains)
}

async fn run_once(service: &Service) -> (Result<Vec<Observation>, CheckError>, Remains) {
    let check = match &service.check {
        Ok(check) => Arc::clone(check),
        Err(problem) => return (Err(CheckError::new(problem)), Remains(None)),
    };
    let deadline = service.timeout + GRACE;
    #[expect(clippy::disallowed_methods, reason = "the handle is awaited or aborted; a panic becomes the result of the check")]
    let mut run = AbortOnDrop(tokio::spawn(observe(check)));
    let result = match timeout(deadline, &mut run.0).await {
        Ok(Ok(Ok(observations))) if observations.is_empty() => Err(CheckError::new(NO_NODES)),
        Ok(Ok(Ok(observations))) => Ok(observations),
        Ok(Ok(Err(error))) => Err(with_exhaustion(error)),
        Ok(Err(failure)) => {
            tracing::error!(service.id = %service.id, error = %failure, "A check panicked.");
            Err(CheckError::new("The check itself failed (a defect in its plugin; the log has more)"))
        }
        Err(_) => {
            let late = with_exhaustion(CheckError::new(format!("The check did not end within {} s", deadline.as_secs_f32())));
            return (Err(late), Remains(Some(run)));
        }
    };
    (result, Remains(None))
}

/// Adds that the process has run out of a resource. Some libraries wait or report another error then.
fn with_exhaustion(error: CheckError) -> CheckError {
    match Exhausted::now() {
        Some(exhausted) if !error.message.contains(&exhausted.to_string()) => {
            CheckError { message: format!("{}: {}", exhausted.noted(), error.message), ..error }
        }
        _ => error,
    }
}

async fn observe(check: Arc<dyn Check>) -> Result<Vec<Observation>, CheckError> {
    check.check().await
}

/// The task of a run, which contains panics. It must not outlive its caller.
struct AbortOnDrop(JoinHandle<Result<Vec<Observation>, CheckError>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
