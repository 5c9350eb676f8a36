use super::condition::Condition;
use super::counts::Counts;
use super::rows::Board;
use crate::format;
use crate::model::{NodeStatus, State, SuppressionKind};
use chrono::{DateTime, FixedOffset};

/// The summary of the board. A service counts once, with the worst state of its nodes; a paused one apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    pub services: Counts,
    pub nodes: u32,
    /// Nodes with an open incident that needs somebody: it is not acknowledged, and its service is not paused.
    pub incidents: u32,
    /// The node that has been in the worst state for the longest time; absent when all nodes are operational.
    pub oldest: Option<FailingNode>,
}

/// One node that is not operational.
#[derive(Clone, Debug, PartialEq)]
pub struct FailingNode {
    /// Display name of the service.
    pub name: String,
    pub node: String,
    pub since: DateTime<FixedOffset>,
}

impl Verdict {
    pub fn of(board: &Board) -> Self {
        let rows: Vec<&NodeStatus> = board.rows().map(AsRef::as_ref).collect();
        let mut verdict = Self::default();
        for nodes in rows.chunk_by(|a, b| a.service == b.service) {
            if let Some(condition) = Condition::of(nodes) {
                verdict.services.add(condition);
            }
        }
        let mut oldest: Option<&NodeStatus> = None;
        for row in rows.into_iter().filter(|row| !row.is_paused()) {
            verdict.nodes += 1;
            verdict.incidents += u32::from(row.incident.is_some() && !is_acknowledged(row));
            let more_urgent =
                oldest.is_none_or(|oldest| row.state > oldest.state || (row.state == oldest.state && row.since < oldest.since));
            if !row.state.is_operational() && more_urgent {
                oldest = Some(row);
            }
        }
        Self { oldest: oldest.map(FailingNode::of), ..verdict }
    }

    /// The worst state of all services; absent when there are no services.
    pub fn worst(&self) -> Option<State> {
        self.services.worst()
    }

    /// `2 of 18 services are down`.
    pub fn headline(&self) -> String {
        let Some(worst) = self.worst() else {
            return if self.services.paused() == 0 { "No services yet".to_owned() } else { "All services are paused".to_owned() };
        };
        let (number, total) = (self.services.of(worst), self.services.total());
        let who = match (number, total) {
            (1, 1) => "the only service".to_owned(),
            (number, total) if number == total => format!("all {total} services"),
            (number, total) => format!("{number} of {total} services"),
        };
        match worst {
            State::Unknown => format!("The state of {who} is unknown"),
            worst => {
                let verb = if number == 1 { "is" } else { "are" };
                capitalised(&format!("{who} {verb} {worst}"))
            }
        }
    }

    /// The states that the headline does not name: `1 unhealthy, 1 unknown, 14 operational.` Empty when there are none.
    pub fn remainder(&self) -> String {
        let others: Vec<String> = State::BY_URGENCY
            .into_iter()
            .filter(|state| Some(*state) != self.worst() && self.services.of(*state) > 0)
            .map(|state| format!("{} {state}", self.services.of(state)))
            .chain((self.services.paused() > 0).then(|| format!("{} paused", self.services.paused())))
            .collect();
        let mut sentences = Vec::new();
        if !others.is_empty() {
            sentences.push(format!("{}.", others.join(", ")));
        }
        if self.nodes != self.services.total() {
            sentences.push(format!(
                "{} on {}.",
                format::count(self.services.total(), "service"),
                format::count(self.nodes, "node")
            ));
        }
        sentences.join(" ")
    }

    /// The title of the window, of which a tab shows the first words: `2 down · Platus`.
    pub fn title(&self) -> String {
        match self.worst() {
            None => "Platus".to_owned(),
            Some(State::Operational) => "All operational · Platus".to_owned(),
            Some(worst) => format!("{} {worst} · Platus", self.services.of(worst)),
        }
    }
}

impl FailingNode {
    fn of(row: &NodeStatus) -> Self {
        Self { name: row.name.clone(), node: row.node_name.clone().unwrap_or_else(|| row.node.clone()), since: row.since }
    }
}

/// Whether a user works on the incident of the node.
fn is_acknowledged(row: &NodeStatus) -> bool {
    row.suppression.as_ref().is_some_and(|suppression| suppression.kind == SuppressionKind::Acknowledgement)
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
