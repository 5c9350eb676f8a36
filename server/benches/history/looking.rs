//! Queries over a year.

use crate::Spread;
use crate::year::{Chance, DAYS, SERVICES, Year};
use history::{NodeId, Retention};
use std::sync::Arc;
use std::time::Instant;
use storage::{HistoryReader, IncidentQuery, TransitionQuery};

const DAY: i64 = 86_400_000;

pub(crate) async fn measure(year: &Year) {
    let history = HistoryReader::new(Arc::clone(&year.store) as _, Retention::default());
    let mut chance = Chance(7);

    for (days, points, count) in [(90, 90, 200), (90, 1_000, 200), (7, 500, 200), (1, 500, 200), (DAYS, 365, 100)] {
        let mut times = Vec::new();
        for _ in 0..count {
            let node = NodeId(1 + (chance.next() % u64::from(SERVICES)) as u32);
            let begun = Instant::now();
            let series = history.series(&[node], year.end - days * DAY..year.end, points, year.end).await.unwrap();
            times.push(begun.elapsed());
            assert!(
                series.nodes[&node].len() as i64 >= i64::from(points) / 2,
                "{} points of {}",
                series.nodes[&node].len(),
                series.tier.as_str()
            );
        }
        println!("  {:<44} {}", format!("a chart of {days} days of one service, {points} points"), Spread::of(times));
    }

    let mut times = Vec::new();
    for _ in 0..200 {
        let node = NodeId(1 + (chance.next() % u64::from(SERVICES)) as u32);
        let begun = Instant::now();
        let points = page_of_a_year(&history, node, year.end).await;
        times.push(begun.elapsed());
        assert!(points >= 364, "{points} points");
    }
    println!("  {:<44} {}", "the page of a service, with a year", Spread::of(times));

    let nodes: Vec<NodeId> = (1..=SERVICES).map(NodeId).collect();
    let mut times = Vec::new();
    for _ in 0..9 {
        let begun = Instant::now();
        // As many at once as when the uptime bars of the board are made.
        for some in nodes.chunks(64) {
            let series = history.series(some, year.end - DAY..year.end, 48, year.end).await.unwrap();
            assert_eq!(series.nodes.len(), some.len());
        }
        times.push(begun.elapsed());
    }
    println!("  {:<44} {}", "the uptime bars of a day of all services", Spread::of(times));

    for (name, from) in [
        ("the report of 90 days of all services", year.end - 90 * DAY),
        ("the same, from a quarter past five", year.end - 90 * DAY + 315 * 60_000),
    ] {
        let mut times = Vec::new();
        for _ in 0..9 {
            let begun = Instant::now();
            let totals = history.totals(None, from..year.end, year.end).await.unwrap();
            times.push(begun.elapsed());
            assert_eq!(totals.len(), SERVICES as usize);
        }
        println!("  {name:<44} {}", Spread::of(times));
    }
}

/// Asks what the page of a service asks for a year: points of all nodes together, transitions and incidents.
async fn page_of_a_year(history: &HistoryReader, node: NodeId, end: i64) -> usize {
    let instant = |at: i64| chrono::DateTime::from_timestamp_millis(at).unwrap().fixed_offset();
    let (from, to, only) = (instant(end - DAYS * DAY), instant(end), || Some([node].into()));
    let (transitions, incidents) =
        (TransitionQuery { nodes: only(), from, to, limit: 501 }, IncidentQuery { nodes: only(), from, to, limit: 200 });
    let nodes = [node];
    let (series, ..) = tokio::try_join!(
        history.series(&nodes, end - DAYS * DAY..end, DAYS as u32, end),
        history.transitions(&transitions),
        history.incidents(&incidents)
    )
    .unwrap();
    series.merged().len()
}
