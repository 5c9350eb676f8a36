use super::*;
use crate::monitor::testing::{Scripted, observation, service};
use app::model::State::{Operational, Unknown};
use std::future::pending;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::{advance, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// Starts of runs, as seconds since the start of the test.
#[derive(Clone)]
struct Journal {
    start: Instant,
    runs: Arc<Mutex<Vec<f64>>>,
}

impl Journal {
    fn new() -> Self {
        Self { start: Instant::now(), runs: Arc::default() }
    }

    fn note(&self) {
        self.runs.lock().unwrap().push(self.start.elapsed().as_secs_f64());
    }

    /// The starts to the nearest tenth of a second; the timer's own grain is a millisecond.
    fn runs(&self) -> Vec<f64> {
        self.runs.lock().unwrap().iter().map(|second| (second * 10.0).round() / 10.0).collect()
    }
}

/// A service that notes its runs, each of which takes so long.
fn noting(id: &str, journal: &Journal, takes: Duration) -> Service {
    let journal = journal.clone();
    service(
        id,
        &[],
        Scripted(move || {
            journal.note();
            async move {
                sleep(takes).await;
                Ok(vec![observation("host", Operational)])
            }
        }),
    )
}

struct Running {
    rounds: mpsc::Receiver<Round>,
    shutdown: CancellationToken,
}

fn start(services: Vec<Service>) -> Running {
    let (sender, rounds) = mpsc::channel(1000);
    let shutdown = CancellationToken::new();
    let services: Vec<_> = services.into_iter().map(Arc::new).collect();
    tokio::spawn(run(services.into(), Connectivity::default(), 2048, sender, shutdown.clone()));
    Running { rounds, shutdown }
}

impl Running {
    async fn messages(&mut self, count: usize) -> Vec<(usize, app::model::State, String)> {
        let mut messages = Vec::new();
        for _ in 0..count {
            let round = self.rounds.recv().await.unwrap();
            messages.push(match round.result {
                Ok(observations) => (round.service, observations[0].state, String::new()),
                Err(error) => (round.service, Unknown, error.message),
            });
        }
        messages
    }
}

#[tokio::test(start_paused = true)]
async fn first_runs_are_spread_over_the_interval_and_every_service_keeps_its_own() {
    let journals: Vec<_> = (0..4).map(|_| Journal::new()).collect();
    let services = journals.iter().enumerate().map(|(id, journal)| noting(&id.to_string(), journal, SECOND)).collect();
    let _running = start(services);
    sleep(SECOND * 28).await;
    let runs: Vec<_> = journals.iter().map(Journal::runs).collect();
    assert_eq!(runs, [[0.0, 10.0, 20.0], [2.5, 12.5, 22.5], [5.0, 15.0, 25.0], [7.5, 17.5, 27.5]]);
}

#[tokio::test(start_paused = true)]
async fn a_service_never_runs_twice_at_once_and_does_not_make_up_for_what_it_missed() {
    let journal = Journal::new();
    let mut slow = noting("slow", &journal, SECOND * 25);
    slow.timeout = SECOND * 60;
    let _running = start(vec![slow]);
    sleep(SECOND * 65).await;
    assert_eq!(journal.runs(), [0.0, 30.0, 60.0]);
}

#[tokio::test(start_paused = true)]
async fn a_hanging_check_costs_its_own_row_and_holds_up_nobody() {
    let journal = Journal::new();
    let hangs = service("hangs", &[], Scripted(pending));
    let mut running = start(vec![hangs, noting("good", &journal, Duration::ZERO)]);
    let mut messages = running.messages(2).await;
    messages.sort();
    assert_eq!(messages, [(0, Unknown, "The check did not end within 6 s".to_owned()), (1, Operational, String::new())]);
    sleep(SECOND * 20).await;
    assert_eq!(journal.runs(), [5.0, 15.0, 25.0]);
}

#[tokio::test(start_paused = true)]
async fn a_panicking_check_costs_its_own_row_and_is_tried_again() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    let panics = service(
        "panics",
        &[],
        Scripted(move || {
            let attempt = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                assert!(attempt > 0, "the first attempt fails");
                Ok(vec![observation("host", Operational)])
            }
        }),
    );
    let mut running = start(vec![panics]);
    let messages = running.messages(2).await;
    assert_eq!((messages[0].1, messages[1].1), (Unknown, Operational));
    assert!(messages[0].2.contains("defect"), "{messages:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_cannot_be_checked_is_left_alone() {
    let mut broken = noting("broken", &Journal::new(), SECOND);
    broken.check = Err("services.yaml:1:1: unknown key".into());
    let journal = Journal::new();
    let mut running = start(vec![broken, noting("good", &journal, Duration::ZERO)]);
    assert_eq!(running.messages(1).await, [(1, Operational, String::new())]);
    assert_eq!(journal.runs(), [0.0], "a service that is not run takes no place in the spread");
}

#[tokio::test(start_paused = true)]
async fn shutdown_drops_the_runs_in_flight() {
    let mut running = start(vec![service("hangs", &[], Scripted(pending))]);
    advance(SECOND).await;
    running.shutdown.cancel();
    assert!(running.rounds.recv().await.is_none(), "every sender is gone, and nothing was reported");
}

#[test]
fn the_next_due_time_is_a_whole_number_of_intervals_later() {
    let due = Instant::now();
    for (now, expected) in [(0, 10), (9, 10), (10, 20), (11, 20), (35, 40)] {
        assert_eq!(next_due(due, SECOND * 10, due + SECOND * now), due + SECOND * expected, "{now} s later");
    }
}
