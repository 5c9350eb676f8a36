use super::*;
use crate::testing::operational;

const HOUR: u64 = 3600;

/// Services with these intervals in seconds, each on the host of this name.
fn services(services: &[(u64, &str)]) -> Vec<Arc<Service>> {
    let service = |(number, (interval, host)): (usize, &(u64, &str))| {
        let mut service = operational(id(number).as_str(), &[]);
        (service.interval, service.node) = (Duration::from_secs(*interval), (*host).to_owned());
        Arc::new(service)
    };
    services.iter().enumerate().map(service).collect()
}

fn fleet(count: usize, interval: u64) -> Vec<Arc<Service>> {
    services(&vec![(interval, "host"); count])
}

/// Last checks that ended this many seconds before the start.
fn ended(ago: &[Option<f64>]) -> HashMap<ServiceId, LastCheck> {
    let last = |ago: f64| LastCheck { ago: Duration::from_secs_f64(ago), needs_confirmation: false };
    let known = ago.iter().enumerate().filter_map(|(number, ago)| Some((id(number), last((*ago)?))));
    known.collect()
}

/// Of the service with this number, so that ids are sorted as numbers are.
fn id(number: usize) -> ServiceId {
    ServiceId::new(format!("{number:04}"))
}

fn number(id: &ServiceId) -> usize {
    id.as_str().parse().unwrap()
}

fn never(services: &[Arc<Service>]) -> Schedule {
    Schedule::new(services, &HashMap::new())
}

/// To a hundredth of a second.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100.0).round() / 100.0
}

fn first(schedule: &Schedule) -> Vec<f64> {
    schedule.first().map(|(_, at)| seconds(at)).collect()
}

/// The first due times of a service whose checks take no time.
fn run(schedule: &Schedule, place: usize, count: usize) -> Vec<f64> {
    let (_, first) = schedule.first().find(|(first, _)| number(first) == place).unwrap();
    let mut at = first;
    let next = |_: usize| {
        let due = at;
        at = schedule.next(&id(place), at, false, at);
        seconds(due)
    };
    (0..count).map(next).collect()
}

#[test]
fn first_checks_are_spread_by_load_and_not_by_interval() {
    assert_eq!(first(&never(&fleet(1, HOUR))), [0.0]);
    assert_eq!(first(&never(&fleet(10, HOUR))), [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45]);
    // Count, interval, and when the last of them begins.
    for (count, interval, last) in [(100, 60, 4.95), (600, 60, 29.95), (5000, 60, 29.99), (5000, 86_400, 29.99), (5000, 10, 10.0)] {
        let schedule = never(&fleet(count, interval));
        let (_, latest) = schedule.first().max_by_key(|(_, at)| *at).unwrap();
        assert_eq!(seconds(latest), last, "{count} every {interval} s");
    }
}

#[test]
fn no_first_check_is_later_than_the_interval() {
    let mixed: Vec<_> = (0..3000).map(|number| ([HOUR, 1, 60, 5][number % 4], "host")).collect();
    let services = services(&mixed);
    for (service, at) in never(&services).first() {
        let interval = services[number(service)].interval;
        assert!(at < interval, "{at:?}, {interval:?}");
    }
}

#[test]
fn services_of_one_host_are_neighbours() {
    let hosts = ["b", "a", "c", "b", "a", "c", "b"];
    let services = services(&hosts.map(|host| (60, host)));
    let schedule = never(&services);
    let mut order: Vec<_> = schedule.first().collect();
    order.sort_by_key(|(_, at)| *at);
    assert_eq!(order.iter().map(|(service, _)| services[number(service)].node.as_str()).collect::<String>(), "aabbbcc");
}

#[test]
fn every_service_keeps_its_phase() {
    let schedule = never(&services(&[(60, "a"), (20, "a"), (60, "b")]));
    assert_eq!(run(&schedule, 0, 4), [0.05, 60.05, 120.05, 180.05]);
    assert_eq!(run(&schedule, 1, 4), [0.0, 20.0, 40.0, 60.0]);
    assert_eq!(run(&schedule, 2, 4), [0.1, 60.1, 120.1, 180.1]);
}

#[test]
fn after_a_restart_a_check_is_due_an_interval_after_the_last() {
    let schedule = Schedule::new(&fleet(3, HOUR), &ended(&[Some(600.3), Some(600.0), Some(599.9)]));
    assert_eq!(first(&schedule), [2999.7, 3000.0, 3000.1]);
    for place in 0..3 {
        let runs = run(&schedule, place, 3);
        let gaps = [runs[1] - runs[0], runs[2] - runs[1]];
        assert!(gaps.iter().all(|gap| (gap - 3600.0).abs() < 0.5), "{runs:?}");
    }
}

#[test]
fn overdue_new_and_future_checks_are_due_at_the_start() {
    for ago in [None, Some(3600.0), Some(86_400.0 * 365.0), Some(0.0)] {
        assert_eq!(first(&Schedule::new(&fleet(1, HOUR), &ended(&[ago]))), [0.0], "{ago:?}");
    }
    assert_eq!(first(&Schedule::new(&fleet(1, HOUR), &ended(&[Some(0.001)]))), [3600.0]);
    let overdue = Schedule::new(&fleet(1000, HOUR), &ended(&[Some(4000.0); 1000]));
    let within_a_second = overdue.first().filter(|(_, at)| *at < Duration::from_secs(1)).count();
    assert!(within_a_second < 40, "{within_a_second} of 1000 at once");
}

#[test]
fn a_new_service_joins_the_sequence_of_the_others() {
    let schedule = Schedule::new(&fleet(3, 60), &ended(&[Some(20.0), Some(19.95), None]));
    assert_eq!(run(&schedule, 0, 3), [40.0, 100.0, 160.0]);
    assert_eq!(run(&schedule, 1, 3), [40.05, 100.05, 160.05]);
    assert_eq!(run(&schedule, 2, 4), [0.1, 40.1, 100.1, 160.1]);
}

#[test]
fn services_that_were_spread_over_the_interval_come_together() {
    let schedule = Schedule::new(&fleet(3, 60), &ended(&[Some(50.0), Some(30.0), Some(10.0)]));
    assert_eq!(run(&schedule, 0, 4), [10.0, 70.0, 130.0, 190.0]);
    assert_eq!(run(&schedule, 1, 4), [30.0, 70.05, 130.05, 190.05]);
    assert_eq!(run(&schedule, 2, 4), [50.0, 70.1, 130.1, 190.1]);
}

#[test]
fn a_retry_comes_sooner_and_leaves_the_phase_as_it_is() {
    let mut service = operational(id(0).as_str(), &[]);
    (service.interval, service.retry_interval) = (Duration::from_secs(60), Some(Duration::from_secs(7)));
    let services = [Arc::new(service)];
    let schedule = never(&services);
    let second = Duration::from_secs;
    assert_eq!(schedule.next(&id(0), second(60), true, second(61)), second(67));
    assert_eq!(schedule.next(&id(0), second(67), true, second(68)), second(74));
    assert_eq!(schedule.next(&id(0), second(74), false, second(75)), second(120));
    assert_eq!(schedule.next(&id(0), second(110), true, second(110)), second(117));
    assert_eq!(schedule.next(&id(0), second(117), true, second(117)), second(124), "retries keep their pace");
    assert_eq!(schedule.next(&id(0), second(124), false, second(124)), second(180));

    let restarted = |ago, needs_confirmation| {
        let last = LastCheck { ago: second(ago), needs_confirmation };
        Schedule::new(&services, &HashMap::from([(id(0), last)]))
    };
    assert_eq!(first(&restarted(5, true)), [2.0]);
    assert_eq!(first(&restarted(5, false)), [55.0]);
    assert_eq!(first(&restarted(8, true)), [0.0]);
}

#[test]
fn after_a_run_that_outlasted_its_interval_the_next_one_is_due_at_once_and_only_one() {
    let schedule = never(&fleet(1, 10));
    let second = Duration::from_secs;
    for (begun, ended, expected) in [(0, 0, 10), (0, 9, 10), (0, 10, 10), (0, 31, 31), (31, 62, 62), (62, 63, 70), (70, 70, 80)] {
        assert_eq!(schedule.next(&id(0), second(begun), false, second(ended)), second(expected), "{begun} to {ended}");
    }
}

#[test]
fn a_service_that_cannot_be_checked_is_never_due() {
    let mut services = fleet(2, 60);
    let mut broken = operational("broken", &[]);
    broken.check = Err("services.yaml:1:1: unknown key".to_owned());
    services[0] = Arc::new(broken);
    assert_eq!(never(&services).first().collect::<Vec<_>>(), [(&id(1), Duration::ZERO)]);
}
