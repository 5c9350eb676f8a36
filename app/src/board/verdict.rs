use super::condition::Condition;
use super::counts::Counts;
use super::rows::Board;
use crate::model::{NodeStatus, ServiceId, State};
use crate::texts::board as texts;
use crate::texts::states;
use chrono::{DateTime, FixedOffset};

/// The summary of the board. A service counts once, with the worst state of its nodes; a paused one apart.
///
/// Of rows that a page does not have, it counts the failing ones, and one operational service if there is any: enough for the title, the icon
/// of the tab and the number of incidents.
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
        let mut nodes: Vec<(&ServiceId, Option<State>)> = board.rows().map(|row| (&row.service, Condition::state(row))).collect();
        nodes.extend(board.others().map(|other| (&other.key.service, Some(other.state))));
        // Without others it is sorted already, which costs little.
        nodes.sort_by_key(|(service, _)| *service);
        let mut verdict = Self::default();
        for nodes in nodes.chunk_by(|(a, _), (b, _)| a == b) {
            if let Some(condition) = Condition::of_states(nodes.iter().map(|(_, state)| *state)) {
                verdict.services.add(condition);
            }
        }
        if board.is_other_operational() {
            verdict.services.add(Condition::State(State::Operational));
        }
        verdict.incidents = board.others().map(|other| u32::from(other.is_open)).sum();
        let mut oldest: Option<&NodeStatus> = None;
        for row in board.rows().map(AsRef::as_ref).filter(|row| !row.is_paused()) {
            verdict.nodes += 1;
            verdict.incidents += u32::from(row.needs_user());
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
            return if self.services.paused() == 0 { texts::no_services_yet() } else { texts::all_paused() }.to_owned();
        };
        let (number, total) = (self.services.of(worst), self.services.total());
        let state = states::of(number, worst);
        match (worst, number) {
            (State::Unknown, 1) if total == 1 => texts::only_service_unknown().to_owned(),
            (State::Unknown, number) if number == total => texts::all_services_unknown(total),
            (State::Unknown, number) => texts::some_services_unknown(number, total),
            (_, 1) if total == 1 => texts::only_service_is(state),
            (_, number) if number == total => texts::all_services_are(total, state),
            (_, number) => texts::some_services_are(number, total, state),
        }
    }

    /// The states that the headline does not name: `1 unhealthy, 1 unknown, 14 operational.` Empty when there are none.
    pub fn remainder(&self) -> String {
        let others: Vec<String> = State::BY_URGENCY
            .into_iter()
            .filter(|state| Some(*state) != self.worst() && self.services.of(*state) > 0)
            .map(|state| states::counted(self.services.of(state), state))
            .chain((self.services.paused() > 0).then(|| texts::paused(self.services.paused())))
            .collect();
        let mut sentences = Vec::new();
        if !others.is_empty() {
            sentences.push(format!("{}.", others.join(", ")));
        }
        if self.nodes != self.services.total() {
            let (services, nodes) = (texts::services(self.services.total()), texts::nodes(self.nodes));
            sentences.push(texts::services_on_nodes(&services, &nodes));
        }
        sentences.join(" ")
    }

    /// The title of the window, of which a tab shows the first words: `2 down · Platus`.
    pub fn title(&self) -> String {
        match self.worst() {
            None => "Platus".to_owned(),
            Some(State::Operational) => texts::all_operational().to_owned(),
            Some(worst) => format!("{} · Platus", states::counted(self.services.of(worst), worst)),
        }
    }
}

impl FailingNode {
    fn of(row: &NodeStatus) -> Self {
        Self { name: row.name.clone(), node: row.node_name.clone().unwrap_or_else(|| row.node.clone()), since: row.since }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};
    use crate::samples::{row, snapshot};
    use State::{Down, Operational, Unhealthy, Unknown};

    #[test]
    fn the_verdict_is_a_sentence_in_french() {
        for (states, headline, title) in [
            (&[][..], "Aucun service pour l’instant", "Platus"),
            (&[Operational], "Le seul service est opérationnel", "Tout est opérationnel · Platus"),
            (&[Unknown], "L’état du seul service est inconnu", "1 inconnu · Platus"),
            (&[Operational; 2], "Les 2 services sont opérationnels", "Tout est opérationnel · Platus"),
            (&[Unknown; 3], "L’état des 3 services est inconnu", "3 inconnus · Platus"),
            (&[Unhealthy, Operational], "1 service sur 2 est dégradé", "1 dégradé · Platus"),
            (&[Unhealthy, Unhealthy, Operational], "2 services sur 3 sont dégradés", "2 dégradés · Platus"),
            (&[Unknown, Unknown, Operational], "L’état de 2 services sur 3 est inconnu", "2 inconnus · Platus"),
            (&[Down, Unknown], "1 service sur 2 est en panne", "1 en panne · Platus"),
        ] {
            let rows = states.iter().enumerate().map(|(number, state)| row(&number.to_string(), "n", *state)).collect();
            let verdict = Verdict::of(&Board::from(snapshot(1, rows)));
            let (shown, tab) = in_language(Language::French, || (verdict.headline(), verdict.title()));
            assert_eq!((shown.as_str(), tab.as_str()), (headline, title));
        }
    }
}
