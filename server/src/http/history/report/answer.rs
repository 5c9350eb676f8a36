use super::{Known, Wanted};
use crate::http::history::availability::{Figures, Maintenance, Tally};
use crate::http::history::csv::Table;
use crate::http::history::time::written_milliseconds;
use crate::http::history::watched::Watched;
use history::NodeId;
use model::{ServiceId, ServiceSettings};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub struct ReportAnswer {
    timezone: &'static str,
    /// From here on and up to there: moved to what history is kept by.
    from: String,
    to: String,
    maintenance: Maintenance,
    /// Sorted by type, name and id.
    services: Vec<ServiceAnswer>,
}

#[derive(Serialize)]
struct ServiceAnswer {
    id: ServiceId,
    #[serde(rename = "type")]
    group: String,
    name: String,
    /// Those of all nodes together.
    #[serde(flatten)]
    figures: Figures,
    /// Those of which something is known, sorted.
    nodes: Vec<NodeAnswer>,
}

#[derive(Serialize)]
struct NodeAnswer {
    node: String,
    #[serde(flatten)]
    figures: Figures,
}

impl ReportAnswer {
    pub(super) fn new(wanted: &Wanted, watched: &Watched<'_>, known: &Known) -> Self {
        let services = watched.services.iter().map(|(service, nodes)| ServiceAnswer::new(service, nodes, wanted, known));
        Self {
            timezone: wanted.zone.name(),
            from: written_milliseconds(wanted.covered.start, wanted.zone),
            to: written_milliseconds(wanted.covered.end, wanted.zone),
            maintenance: wanted.maintenance,
            services: services.collect(),
        }
    }

    /// One line for each node, and one for each service that has none.
    pub fn table(&self) -> String {
        let mut table = Table::default();
        for column in [
            "service",
            "type",
            "name",
            "node",
            "from",
            "to",
            "availability",
            "operational",
            "unhealthy",
            "down",
            "unknown",
            "maintenance",
            "not_watched",
            "incidents",
        ] {
            table.text(column);
        }
        table.end_line();
        for service in &self.services {
            if service.nodes.is_empty() {
                self.add_line(&mut table, service, "", &service.figures);
            }
            for node in &service.nodes {
                self.add_line(&mut table, service, &node.node, &node.figures);
            }
        }
        table.finish()
    }

    /// `platus-report_2026-10-01_2026-11-01.csv`.
    pub fn file_name(&self) -> String {
        let day = |instant: &str| instant.split('T').next().unwrap_or_default().to_owned();
        format!("platus-report_{}_{}.csv", day(&self.from), day(&self.to))
    }

    fn add_line(&self, table: &mut Table, service: &ServiceAnswer, node: &str, figures: &Figures) {
        table.text(service.id.as_str()).text(&service.group).text(&service.name).text(node);
        table.text(&self.from).text(&self.to).number(figures.availability);
        let Figures { operational, unhealthy, down, unknown, maintenance, not_watched, .. } = *figures;
        for seconds in [operational, unhealthy, down, unknown, maintenance, not_watched] {
            table.number(Some(seconds));
        }
        table.number(figures.incidents).end_line();
    }
}

impl ServiceAnswer {
    fn new(service: &ServiceSettings, nodes: &BTreeMap<String, NodeId>, wanted: &Wanted, known: &Known) -> Self {
        let tallies: Vec<(&String, Tally)> = nodes.iter().filter_map(|(node, id)| Some((node, known.of(*id, wanted)?))).collect();
        let total = Tally::of_service(tallies.iter().map(|(_, tally)| tally), wanted.length());
        let nodes = tallies.iter().map(|(node, tally)| NodeAnswer { node: (*node).clone(), figures: tally.figures() });
        Self {
            id: service.id.clone(),
            group: service.group.clone(),
            name: service.name.clone(),
            figures: total.figures(),
            nodes: nodes.collect(),
        }
    }
}
