use super::*;
use crate::testing::{Scripted, observation, service};
use model::State::{Operational, Unknown};
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
    due_times: Arc<DueTimes>,
    flushed: Arc<Notify>,
    shutdown: CancellationToken,
}

fn start(services: Vec<Service>) -> Running {
    let last_checks = vec![None; services.len()];
    start_after(last_checks, services)
}

fn start_after(last_checks: Vec<Option<LastCheck>>, services: Vec<Service>) -> Running {
    let (sender, rounds) = mpsc::channel(1000);
    let (shutdown, flushed) = (CancellationToken::new(), Arc::<Notify>::default());
    let services: Arc<[_]> = services.into_iter().map(Arc::new).collect();
    let due_times = Arc::new(DueTimes::new(services.len()));
    let scheduler = Scheduler {
        services,
        last_checks,
        connectivity: Connectivity::default(),
        runs_at_once: 2048,
        rounds: sender,
        activity: Arc::default(),
        due_times: Arc::clone(&due_times),
        flushed: Arc::clone(&flushed),
        shutdown: shutdown.clone(),
    };
    tokio::spawn(scheduler.run());
    Running { rounds, due_times, flushed, shutdown }
}

impl Running {
    async fn messages(&mut self, count: usize) -> Vec<(usize, model::State, String)> {
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
async fn every_service_is_checked_soon_after_the_start_and_then_at_its_interval() {
    let journals: Vec<_> = (0..5).map(|_| Journal::new()).collect();
    let services = journals.iter().enumerate().map(|(id, journal)| {
        let mut service = noting(&id.to_string(), journal, SECOND);
        service.interval = SECOND * 3600;
        service
    });
    let running = start(services.collect());
    sleep(SECOND * 8000).await;
    let runs: Vec<_> = journals.iter().step_by(2).map(Journal::runs).collect();
    assert_eq!(runs, [[0.0, 3600.0, 7200.0], [0.1, 3600.1, 7200.1], [0.2, 3600.2, 7200.2]]);
    let due = running.due_times.get(4).unwrap();
    assert_eq!(due.at - journals[4].start, SECOND * 10_800 + Duration::from_millis(200));
    assert!(due.ended.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_restart_neither_repeats_a_check_nor_postpones_it() {
    let journals: Vec<_> = (0..3).map(|_| Journal::new()).collect();
    let services = journals.iter().enumerate().map(|(id, journal)| {
        let mut service = noting(&id.to_string(), journal, SECOND);
        service.interval = SECOND * 3600;
        service
    });
    let last = |ago| Some(LastCheck { ago: SECOND * ago, is_unconfirmed: false });
    let _running = start_after(vec![last(3000), last(5000), None], services.collect());
    sleep(SECOND * 500).await;
    assert_eq!(journals.iter().map(Journal::runs).collect::<Vec<_>>(), [vec![], vec![0.1], vec![0.1]]);
    sleep(SECOND * 200).await;
    assert_eq!(journals[0].runs(), [600.0]);
}

#[tokio::test(start_paused = true)]
async fn forgotten_states_are_found_out_anew_at_once() {
    let journal = Journal::new();
    let mut daily = noting("daily", &journal, SECOND);
    daily.interval = SECOND * 86_400;
    let mut running = start(vec![daily]);
    running.messages(1).await;
    sleep(SECOND * 100).await;
    running.flushed.notify_one();
    running.messages(1).await;
    sleep(SECOND * 86_400).await;
    assert_eq!(journal.runs(), [0.0, 101.0, 86_400.0]);
}

#[tokio::test(start_paused = true)]
async fn a_service_never_runs_twice_at_once_and_does_not_make_up_for_what_it_missed() {
    let journal = Journal::new();
    let mut slow = noting("slow", &journal, SECOND * 25);
    slow.timeout = SECOND * 60;
    let _running = start(vec![slow]);
    sleep(SECOND * 80).await;
    assert_eq!(journal.runs(), [0.0, 25.0, 50.0, 75.0]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_is_checked_again_as_soon_as_its_run_is_given_up() {
    let journal = Journal::new();
    let counted = journal.clone();
    let mut hangs = service(
        "hangs",
        &[],
        Scripted(move || {
            counted.note();
            pending()
        }),
    );
    hangs.timeout = SECOND * 30;
    let _running = start(vec![hangs]);
    sleep(SECOND * 65).await;
    // The interval is ten seconds, and the fence leaves a check one second more than its timeout.
    assert_eq!(journal.runs(), [0.0, 31.0, 62.0]);
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
    assert_eq!(journal.runs(), [0.1, 10.1, 20.1]);
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
    assert_eq!(journal.runs(), [0.0], "a service that is not run takes no place in the sequence");
}

#[tokio::test(start_paused = true)]
async fn shutdown_drops_the_runs_in_flight() {
    let mut running = start(vec![service("hangs", &[], Scripted(pending))]);
    advance(SECOND).await;
    running.shutdown.cancel();
    assert!(running.rounds.recv().await.is_none(), "every sender is gone, and nothing was reported");
}
