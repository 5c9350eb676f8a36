//! One run of one check, fenced: whatever its plugin does, it ends in time and costs nobody else anything.

use super::Service;
use super::safe_result::{safe_error, safe_observation};
use checks::Check;
use model::{CheckError, Observation};
use std::sync::Arc;
use std::time::Duration;
use system::exhaustion::Exhausted;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// What a plugin gets beyond its own time-out to say in its own words what it was waiting for.
const GRACE: Duration = Duration::from_secs(1);

/// The reason of a result without nodes. Plugins that know what matched nothing say so themselves; this is for all others, so that no
/// service can be without a row.
const NO_NODES: &str = "The check got an answer without any node: nothing matches `properties` and `data` of this service";

/// What is left of a run after its result: nothing, or a task that did not end in time.
#[must_use = "a service must not be checked again before its run has ended"]
pub struct Remains(Option<AbortOnDrop>);

impl Remains {
    /// Waits until a run that did not end in time has really ended.
    pub async fn ended(self) {
        if let Some(mut run) = self.0 {
            run.0.abort();
            (&mut run.0).await.ok();
        }
    }
}

/// Checks a service once. A service that cannot be checked says why. An answer has at least one node; an empty one is an error. Texts of
/// the target in it are safe to show: nothing in them can forge what people see.
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
    let mut run = AbortOnDrop(tokio::spawn(look(check)));
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

/// Some libraries wait, or say something else, when this process can open nothing more.
fn with_exhaustion(error: CheckError) -> CheckError {
    match Exhausted::now() {
        Some(exhausted) if !error.message.contains(&exhausted.to_string()) => {
            CheckError { message: format!("{}: {}", exhausted.noted(), error.message), ..error }
        }
        _ => error,
    }
}

async fn look(check: Arc<dyn Check>) -> Result<Vec<Observation>, CheckError> {
    check.check().await
}

/// A run has a task of its own as a fence against panics; it must not outlive the one who waits for it.
struct AbortOnDrop(JoinHandle<Result<Vec<Observation>, CheckError>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
