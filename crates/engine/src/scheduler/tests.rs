use super::*;
use crate::check_requests::CheckRequests;
use crate::suppression::{NewSilence, Requester, Silences};
use crate::testing::{Scripted, observation, service};
use model::State::{Operational, Unknown};
use model::{CheckRefusal, ServiceId};
use std::future::pending;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use storage::write_requests::WriteRequests;
use storage::{FormerIds, Renames, SilenceKind, StoreSnapshot};
use system::clock::Clock;
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

/// A service that records its runs, each of this duration.
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
    recorder: mpsc::UnboundedSender<Recorded>,
    results: mpsc::Receiver<CheckResult>,
    due_times: Arc<DueTimes>,
    flushed: Arc<Notify>,
    services: Arc<Services>,
    reconfigurations: mpsc::Sender<Reconfiguration>,
    requests: CheckRequests,
    silences: Arc<Silences>,
    clock: Clock,
    shutdown: CancellationToken,
}

fn start(services: Vec<Service>) -> Running {
    start_after(HashMap::new(), services)
}

fn start_after(last_checks: HashMap<ServiceId, LastCheck>, services: Vec<Service>) -> Running {
    let (sender, results) = mpsc::channel(1000);
    let (recorder, recorded) = mpsc::unbounded_channel();
    let (shutdown, flushed) = (CancellationToken::new(), Arc::<Notify>::default());
    let services = Arc::new(Services::from_iter(services));
    let due_times = Arc::<DueTimes>::default();
    let (write_requests, mut entries) = WriteRequests::new();
    tokio::spawn(async move {
        while let Some(submitted) = entries.recv().await {
            submitted.stored.send(()).ok();
        }
    });
    let silences = Arc::new(Silences::new(&StoreSnapshot::default(), write_requests));
    let clock = Clock::system();
    let (requests, requested) = CheckRequests::new();
    let (reconfigurations, reconfigured) = mpsc::channel(1);
    let scheduler = Scheduler {
        reconfigurations: reconfigured,
        pauses: Pauses::new(Arc::clone(&silences), clock.clone()),
        requests: requested,
        services: Arc::clone(&services),
        last_checks,
        connectivity: Connectivity::default(),
        runs_at_once: 2048,
        results: sender,
        recorded,
        activity: Arc::default(),
        due_times: Arc::clone(&due_times),
        flushed: Arc::clone(&flushed),
        shutdown: shutdown.clone(),
    };
    tokio::spawn(scheduler.run());
    Running { results, recorder, due_times, flushed, services, reconfigurations, requests, silences, clock, shutdown }
}

impl Running {
    async fn messages(&mut self, count: usize) -> Vec<(String, model::State, String)> {
        let mut messages = Vec::new();
        for _ in 0..count {
            let CheckResult { service, result, .. } = self.results.recv().await.unwrap();
            let id = service.id.to_string();
            messages.push(match result {
                Ok(observations) => (id, observations[0].state, String::new()),
                Err(failure) => (id, Unknown, failure.to_string()),
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
    let due = running.due_times.get(&ServiceId::new("4")).unwrap();
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
    let last = |id: &str, ago| (ServiceId::new(id), LastCheck { ago: SECOND * ago, needs_confirmation: false });
    let _running = start_after(HashMap::from([last("0", 3000), last("1", 5000)]), services.collect());
    sleep(SECOND * 500).await;
    assert_eq!(journals.iter().map(Journal::runs).collect::<Vec<_>>(), [vec![], vec![0.1], vec![0.1]]);
    sleep(SECOND * 200).await;
    assert_eq!(journals[0].runs(), [600.0]);
}

#[tokio::test(start_paused = true)]
async fn services_are_checked_at_once_after_a_reset() {
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
async fn a_service_never_runs_twice_at_once_and_missed_runs_are_not_repeated() {
    let journal = Journal::new();
    let mut slow = noting("slow", &journal, SECOND * 25);
    slow.timeout = SECOND * 60;
    let _running = start(vec![slow]);
    sleep(SECOND * 80).await;
    assert_eq!(journal.runs(), [0.0, 25.0, 50.0, 75.0]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_is_checked_again_as_soon_as_its_run_is_aborted() {
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
    // The interval is ten seconds, and a run may exceed its timeout by one second.
    assert_eq!(journal.runs(), [0.0, 31.0, 62.0]);
}

#[tokio::test(start_paused = true)]
async fn a_hanging_check_affects_only_its_own_row_and_delays_no_other() {
    let journal = Journal::new();
    let hangs = service("bad", &[], Scripted(pending));
    let mut running = start(vec![hangs, noting("good", &journal, Duration::ZERO)]);
    let mut messages = running.messages(2).await;
    messages.sort();
    assert_eq!(
        messages,
        [
            ("bad".to_owned(), Unknown, "The check did not end within 6 s".to_owned()),
            ("good".to_owned(), Operational, String::new()),
        ]
    );
    sleep(SECOND * 20).await;
    assert_eq!(journal.runs(), [0.1, 10.1, 20.1]);
}

#[tokio::test(start_paused = true)]
async fn a_panicking_check_affects_only_its_own_row_and_runs_again() {
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
async fn a_service_that_cannot_be_checked_is_not_run() {
    let mut broken = noting("broken", &Journal::new(), SECOND);
    broken.check = Err("services.yaml:1:1: unknown key".into());
    let journal = Journal::new();
    let mut running = start(vec![broken, noting("good", &journal, Duration::ZERO)]);
    assert_eq!(running.messages(1).await, [("good".to_owned(), Operational, String::new())]);
    assert_eq!(journal.runs(), [0.0], "a service that is not run takes no place in the sequence");
}

#[tokio::test(start_paused = true)]
async fn shutdown_drops_the_runs_in_flight() {
    let mut running = start(vec![service("hangs", &[], Scripted(pending))]);
    advance(SECOND).await;
    running.shutdown.cancel();
    assert!(running.results.recv().await.is_none(), "every sender is gone, and nothing was reported");
}

#[tokio::test(start_paused = true)]
async fn a_service_is_retried_sooner_when_its_recorded_result_needs_confirmation() {
    let journal = Journal::new();
    let mut quick = noting("quick", &journal, Duration::ZERO);
    quick.retry_interval = Some(SECOND * 2);
    let mut running = start(vec![quick]);
    for needs_confirmation in [true, true, false] {
        running.messages(1).await;
        running.recorder.send(Recorded { service: ServiceId::new("quick"), needs_confirmation }).unwrap();
    }
    running.messages(1).await;
    sleep(SECOND * 60).await;
    assert_eq!(journal.runs(), [0.0, 2.0, 4.0, 10.0], "the last result was not recorded");
}

impl Running {
    /// Watches these services instead, and those of now that are kept.
    async fn reconfigure(&self, kept: &[&str], new: Vec<Service>) {
        let kept = kept.iter().filter_map(|id| self.services.get(&ServiceId::new(*id)));
        let changes = Arc::new(self.services.replace(kept.chain(new.into_iter().map(Arc::new)), &Renames::default()));
        self.reconfigurations.send(Reconfiguration { changes, connectivity: Connectivity::default() }).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_reload_checks_what_is_new_at_once_and_leaves_the_rest_as_it_is() {
    let [kept, changed, removed, after, added] = [(); 5].map(|()| Journal::new());
    let services = [("kept", &kept), ("changed", &changed), ("removed", &removed)];
    let running = start(services.map(|(id, journal)| noting(id, journal, Duration::ZERO)).into());
    sleep(SECOND * 15).await;
    let new = [("changed", &after), ("added", &added)].map(|(id, journal)| noting(id, journal, Duration::ZERO));
    running.reconfigure(&["kept"], new.into()).await;
    sleep(SECOND * 20).await;
    assert_eq!((changed.runs(), removed.runs()), (vec![0.0, 10.0], vec![0.1, 10.1]), "they are not checked any more");
    assert_eq!(kept.runs(), [0.1, 10.1, 20.1, 30.1], "in its phase");
    assert_eq!((added.runs(), after.runs()), (vec![15.0, 25.0], vec![15.1, 25.1]));
    assert_eq!(running.due_times.get(&ServiceId::new("removed")), None);
}

#[tokio::test(start_paused = true)]
async fn a_renamed_service_is_checked_at_once_under_its_present_id_only() {
    let [before, after] = [(); 2].map(|()| Journal::new());
    let running = start(vec![noting("shop", &before, Duration::ZERO)]);
    sleep(SECOND * 15).await;
    let former_ids = FormerIds::new([(ServiceId::new("store"), vec![ServiceId::new("shop")])]);
    let renames = former_ids.decide(|id| id.as_str() == "shop");
    let changes = running.services.replace([Arc::new(noting("store", &after, Duration::ZERO))], &renames);
    assert_eq!((changes.added.len(), changes.changed.len(), changes.removed.len()), (0, 1, 0));
    let reconfiguration = Reconfiguration { changes: Arc::new(changes), connectivity: Connectivity::default() };
    running.reconfigurations.send(reconfiguration).await.unwrap();
    sleep(SECOND * 20).await;
    assert_eq!((before.runs(), after.runs()), (vec![0.0, 10.0], vec![15.0, 25.0]));
    assert_eq!(running.due_times.get(&ServiceId::new("shop")), None);
}

#[tokio::test(start_paused = true)]
async fn a_changed_service_waits_for_its_run_in_flight() {
    let [before, after, again] = [(); 3].map(|()| Journal::new());
    let mut hourly = noting("a", &before, SECOND * 3);
    hourly.interval = SECOND * 3600;
    let running = start(vec![hourly]);
    sleep(SECOND).await;
    running.reconfigure(&[], vec![noting("a", &after, SECOND)]).await;
    sleep(SECOND * 5).await;
    assert_eq!((before.runs(), after.runs()), (vec![0.0], vec![3.0]), "it never runs twice at once");
    sleep(SECOND * 5 + SECOND / 2).await;
    // Removed and added again while it runs.
    running.reconfigure(&[], Vec::new()).await;
    running.reconfigure(&[], vec![noting("a", &again, SECOND)]).await;
    sleep(SECOND * 4).await;
    assert_eq!((after.runs(), again.runs()), (vec![3.0, 11.0], vec![12.0]));
    let due = running.due_times.get(&ServiceId::new("a")).unwrap();
    assert_eq!(due.at.duration_since(again.start).as_secs(), 21, "in its new phase");
}

/// The recorder publishes what it gets.
fn publish(mut results: mpsc::Receiver<CheckResult>) {
    tokio::spawn(async move {
        while let Some(result) = results.recv().await {
            if let Some(published) = result.published {
                published.send(()).ok();
            }
        }
    });
}

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn a_requested_check_runs_now_and_the_next_one_an_interval_later() {
    let journal = Journal::new();
    let Running { requests, results, shutdown: _shutdown, .. } = start(vec![noting("a", &journal, SECOND)]);
    publish(results);
    sleep(SECOND * 4).await;
    requests.check(ServiceId::new("a"), PATIENCE).await.unwrap().unwrap();
    assert_eq!(journal.start.elapsed().as_secs(), 5, "it waits for the result");
    sleep(SECOND * 25).await;
    assert_eq!(journal.runs(), [0.0, 4.0, 14.0, 20.0], "one interval later, and then in its phase again");
}

#[tokio::test(start_paused = true)]
async fn requested_checks_do_not_overlap_and_keep_their_distance() {
    let journal = Journal::new();
    let mut slow = noting("a", &journal, SECOND * 3);
    slow.interval = SECOND * 3600;
    let Running { requests, results, shutdown: _shutdown, .. } = start(vec![slow]);
    publish(results);
    sleep(SECOND).await;
    assert_eq!(requests.check(ServiceId::new("a"), PATIENCE).await, Err(CheckRefusal::Running));
    sleep(SECOND * 9).await;
    assert!(requests.check(ServiceId::new("a"), SECOND).await.unwrap().is_err(), "the caller stops waiting, the check goes on");
    sleep(SECOND * 3).await;
    let too_soon = CheckRefusal::TooSoon { pause: 5 * SECOND, retry_after: SECOND };
    assert_eq!(requests.check(ServiceId::new("a"), PATIENCE).await, Err(too_soon));
    sleep(SECOND).await;
    requests.check(ServiceId::new("a"), PATIENCE).await.unwrap().unwrap();
    assert_eq!(journal.runs(), [0.0, 10.0, 15.0]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_cannot_be_checked_is_not_checked_on_request() {
    let mut broken = noting("broken", &Journal::new(), SECOND);
    broken.check = Err("services.yaml:1:1: unknown key".into());
    let running = start(vec![broken]);
    assert_eq!(running.requests.check(ServiceId::new("broken"), PATIENCE).await, Err(CheckRefusal::NotScheduled));
    assert_eq!(running.requests.check(ServiceId::new("unknown"), PATIENCE).await, Err(CheckRefusal::NotScheduled));
}

#[tokio::test(start_paused = true)]
async fn a_paused_service_is_not_checked_until_it_is_resumed() {
    let journals = [Journal::new(), Journal::new()];
    let services = journals.iter().enumerate().map(|(id, journal)| noting(&id.to_string(), journal, Duration::ZERO)).collect();
    let running = start(services);
    sleep(SECOND * 15).await;
    let now = running.clock.now();
    let pause = NewSilence {
        kind: SilenceKind::Pause,
        services: vec![ServiceId::new("0")],
        author: "ops".to_owned(),
        comment: String::new(),
        from: now,
        until: None,
        recurrence: None,
    };
    let pause = running.silences.add(pause, Requester { user: "ops", is_admin: false }, now).await.unwrap();
    assert_eq!(running.requests.check(ServiceId::new("0"), PATIENCE).await, Err(CheckRefusal::Paused));
    sleep(SECOND * 30).await;
    assert_eq!(journals[0].runs(), [0.0, 10.0]);
    assert_eq!((running.due_times.get(&ServiceId::new("0")), running.due_times.get(&ServiceId::new("1")).is_some()), (None, true));
    running.silences.withdraw(pause.id, now).await;
    sleep(SECOND * 20).await;
    assert_eq!(journals[0].runs(), [0.0, 10.0, 45.0, 50.0, 60.0], "at once, and then in its phase");
    assert_eq!(journals[1].runs().len(), 7);
}
