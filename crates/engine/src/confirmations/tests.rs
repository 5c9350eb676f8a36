use super::*;
use crate::due_times::DueTime;
use crate::row::RowChange;
use crate::testing::operational;
use chrono::TimeDelta;
use model::{ServiceId, State, Suppression, SuppressionKind};
use test_support::noon;

const SECOND: Duration = Duration::from_secs(1);

/// Two services that are checked every ten seconds: `host`, in the state of the test and due in this many seconds, and `other`.
struct Board {
    failures: SoftFailures,
    row: NodeStatus,
}

fn id() -> ServiceId {
    ServiceId::new("host")
}

fn board(due_in: u64, retry_interval: Option<Duration>) -> Board {
    let mut host = operational("host", &["dev"]);
    host.retry_interval = retry_interval;
    let services = Arc::new(Services::from_iter([host, operational("other", &["dev"])]));
    let events = Arc::new(Events::new(&services, noon()));
    let due_times = Arc::<DueTimes>::default();
    due_times.set(&id(), DueTime { at: Instant::now() + SECOND * u32::try_from(due_in).unwrap(), ended: Some(noon()) });
    let row = NodeStatus { state: State::Down, retries: 2, checked: noon(), ..events.rows_of(&id())[0].status.clone() };
    let routes = vec![
        Route::all("all"),
        Route { states: Some(vec![State::Unhealthy]), ..Route::all("unhealthy") },
        Route { roles: Some(["ops"].into_iter().collect()), ..Route::all("ops") },
    ];
    let routes = Arc::new(Current::new(routes.into()));
    Board { failures: SoftFailures { services, events, due_times, routes }, row }
}

impl Board {
    fn shows(self, row: impl FnOnce(NodeStatus) -> NodeStatus) -> Self {
        self.publish(Row { status: row(self.row.clone()), ..Row::clone(&self.failures.events.rows_of(&id())[0]) });
        self
    }

    fn publish(&self, row: Row) {
        self.failures.events.publish(vec![RowChange::Row(row)]);
    }

    fn are_due(&self, channel: &str, within: u64) -> bool {
        self.failures.are_due(channel, Duration::from_secs(within), noon())
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_due_when_its_confirming_check_is() {
    assert!(!board(7, None).are_due("all", 3600), "nothing fails");
    let board = board(7, None).shows(|row| row);
    assert_eq!([6, 7].map(|within| board.are_due("all", within)), [false, true]);
    assert!(!board.are_due("unhealthy", 7) && !board.are_due("ops", 7) && !board.are_due("nowhere", 7), "not of their routes");
    tokio::time::advance(SECOND * 60).await;
    assert!(board.are_due("all", 1), "the check hangs");
}

#[tokio::test(start_paused = true)]
async fn checks_before_the_confirming_one_take_their_time() {
    let earlier = |row| NodeStatus { retries: 1, ..row };
    let usual = board(7, None).shows(earlier);
    assert_eq!([16, 17].map(|within| usual.are_due("all", within)), [false, true]);
    let sooner = board(7, Some(SECOND * 2)).shows(earlier);
    assert_eq!([8, 9].map(|within| sooner.are_due("all", within)), [false, true]);
    let never_later = board(7, Some(SECOND * 3600)).shows(earlier);
    assert_eq!([16, 17].map(|within| never_later.are_due("all", within)), [false, true]);
}

#[tokio::test(start_paused = true)]
async fn a_check_whose_result_is_not_published_yet_counts() {
    let before = noon() - TimeDelta::seconds(10);
    let confirming = board(10, None).shows(|row| NodeStatus { checked: before, ..row });
    assert!(confirming.are_due("all", 1));
    let earlier = board(10, None).shows(|row| NodeStatus { checked: before, retries: 1, ..row });
    assert_eq!([9, 10].map(|within| earlier.are_due("all", within)), [false, true]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_without_notification_is_not_waited_for() {
    let suppression = Suppression { kind: SuppressionKind::Silence, author: None, comment: String::new(), until: None };
    let rows: [fn(NodeStatus) -> NodeStatus; 4] = [
        |row| NodeStatus { state: State::Operational, retries: 0, ..row },
        |row| NodeStatus { incident: Some(1), retries: 3, ..row },
        |row| NodeStatus { retries: 3, ..row },
        |row| NodeStatus { retries: 0, state: State::Unknown, ..row },
    ];
    for (number, row) in rows.into_iter().enumerate() {
        assert!(!board(1, None).shows(row).are_due("all", 3600), "{number}");
    }
    let silenced = board(1, None).shows(|row| NodeStatus { suppression: Some(Box::new(suppression)), ..row });
    assert!(!silenced.are_due("all", 3600), "silenced");
    let offline = board(1, None).shows(|row| row);
    assert!(offline.are_due("all", 3600));
    offline.publish(Row { is_monitor_offline: true, ..Row::clone(&offline.failures.events.rows_of(&id())[0]) });
    assert!(!offline.are_due("all", 3600), "Platus itself is offline");
}
