//! Points as CSV: one a line.

use super::{ElapsedAnswer, HistoryAnswer, PointAnswer};
use crate::http::history::by_state::ByState;
use crate::http::history::csv::Table;

impl HistoryAnswer {
    /// The points of each node, or of all nodes together without a name.
    pub(super) fn table(&self) -> String {
        let mut table = Table::default();
        table.text("at").text("node");
        for title in ["checks", "seconds"] {
            for state in ["operational", "unhealthy", "down", "unknown"] {
                table.text(&format!("{title}_{state}"));
            }
        }
        for title in ["minimum", "average", "p50", "p95", "p99", "maximum"] {
            table.text(title);
        }
        table.end_line();
        let merged = self.points.iter().flatten().map(|point| ("", point));
        let of_nodes = self.nodes.iter().flat_map(|node| node.points.iter().map(|point| (node.node.as_str(), point)));
        merged.chain(of_nodes).for_each(|(node, point)| line(&mut table, node, point));
        table.finish()
    }

    /// `platus-shop_2026-10-01_2026-11-01.csv`.
    pub(super) fn file_name(&self) -> String {
        let day = |instant: &str| instant.split('T').next().unwrap_or_default().to_owned();
        // What a header and file systems take.
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
        let service = self.service.as_str().chars().map(|letter| if plain(letter) { letter } else { '-' });
        format!("platus-{}_{}_{}.csv", service.collect::<String>(), day(&self.from), day(&self.to))
    }
}

fn line(table: &mut Table, node: &str, point: &PointAnswer) {
    table.text(&point.at).text(node);
    let ByState { operational, unhealthy, down, unknown } = point.checks;
    for checks in [operational, unhealthy, down, unknown] {
        table.number(Some(checks));
    }
    let ByState { operational, unhealthy, down, unknown } = point.seconds;
    for seconds in [operational, unhealthy, down, unknown] {
        table.number(Some(seconds));
    }
    let elapsed = point.elapsed.as_ref();
    let values: [fn(&ElapsedAnswer) -> f64; 6] =
        [|it| it.minimum, |it| it.average, |it| it.p50, |it| it.p95, |it| it.p99, |it| it.maximum];
    for value in values {
        table.number(elapsed.map(value));
    }
    table.end_line();
}
