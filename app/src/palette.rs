//! What the command palette offers for a text: services, actions, open incidents and pages. Pure.

use crate::address;
use crate::board::Board;
use crate::model::{NodeStatus, ServiceId, State};
use crate::texts::Text;
use crate::texts::{board, layout, palette as texts};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Entries of one kind at most.
const MOST: usize = 6;

/// The pages, each with the words of all languages by which it is found besides its name.
const PAGES: [(Text, &str, &str); 9] = [
    (layout::board, "/", "board services states tableau états"),
    (layout::incidents, "/incidents", "incidents failures history pannes historique"),
    (layout::silences, "/silences", "silences maintenance alerts alertes"),
    (layout::wall_screen, "/wall", "wall screen tv écran mural"),
    (texts::settings_health, "/settings", "health scheduler store queue santé stockage file"),
    (texts::settings_channels, "/settings/channels", "channels notifications slack mail canaux"),
    (texts::settings_users, "/settings/users", "users and keys roles api utilisateurs clés rôles"),
    (texts::settings_configuration, "/settings/configuration", "configuration yaml warnings services avertissements"),
    (texts::settings_about, "/settings/about", "about version license propos licence"),
];

/// What an entry leads to, in the order in which the kinds are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Service,
    Action,
    Incident,
    Page,
}

/// One line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: Kind,
    /// Of a service or an incident.
    pub state: Option<State>,
    pub text: String,
    pub detail: String,
    pub address: String,
}

/// A service with its nodes, the most urgent one first.
struct Found {
    worst: Arc<NodeStatus>,
    nodes: usize,
}

impl Kind {
    pub fn title(self) -> &'static str {
        match self {
            Self::Service => texts::services(),
            Self::Action => texts::actions(),
            Self::Incident => texts::open_incidents(),
            Self::Page => texts::pages(),
        }
    }
}

/// The entries for a text, in the order of their kinds. `#` asks for incidents only, and `>` for actions only. Without a text they are what
/// fails, and the pages. `may_act` offers what only operators can do.
pub fn entries(board: &Board, text: &str, may_act: bool) -> Vec<Entry> {
    let text = text.trim().to_lowercase();
    let (only, wanted) = match text.split_at_checked(1) {
        Some(("#", rest)) => (Some(Kind::Incident), rest.trim()),
        Some((">", rest)) => (Some(Kind::Action), rest.trim()),
        _ => (None, text.as_str()),
    };
    let services = services(board, wanted, only.is_none());
    let mut entries = Vec::new();
    if only.is_none() {
        entries.extend(services.iter().map(of_service));
    }
    let has_actions = only == Some(Kind::Action) || (only.is_none() && !wanted.is_empty());
    if may_act && has_actions {
        entries.extend(services.first().map(|found| actions(&found.worst)).into_iter().flatten());
        if only == Some(Kind::Action) {
            entries.push(action(texts::silence_services().to_owned(), String::new(), "/silences?new".to_owned()));
        }
    }
    if only != Some(Kind::Action) {
        entries.extend(incidents(board, wanted, only.is_none()));
    }
    if only.is_none() {
        let pages = PAGES
            .into_iter()
            .map(|(name, address, words)| (name(), address, words))
            .filter(|(name, _, words)| has(name, wanted) || has(words, wanted));
        entries.extend(pages.take(MOST).map(|(name, address, _)| Entry {
            kind: Kind::Page,
            state: None,
            text: name.to_owned(),
            detail: String::new(),
            address: address.to_owned(),
        }));
    }
    entries
}

/// The place of the match in a text, for its emphasis: what is before, the match, and what is after.
pub fn split<'a>(text: &'a str, wanted: &str) -> (&'a str, &'a str, &'a str) {
    let wanted = wanted.trim().trim_start_matches(['#', '>']).trim();
    // Lower case may have other lengths, so letters are compared one by one.
    let begins = |from: &str| {
        let mut rest = from.chars().flat_map(char::to_lowercase);
        wanted.chars().flat_map(char::to_lowercase).all(|letter| rest.next() == Some(letter))
    };
    let found = (!wanted.is_empty()).then(|| text.char_indices().map(|(at, _)| at).find(|at| begins(&text[*at..]))).flatten();
    let Some(start) = found else { return (text, "", "") };
    let length = text[start..].char_indices().nth(wanted.chars().count()).map_or(text.len() - start, |(at, _)| at);
    (&text[..start], &text[start..start + length], &text[start + length..])
}

fn has(text: &str, wanted: &str) -> bool {
    text.to_lowercase().contains(wanted)
}

/// The services that match, the best first: those whose name begins with the text, then the most urgent ones. Without a text those that fail.
fn services(board: &Board, wanted: &str, may_be_empty: bool) -> Vec<Found> {
    let mut found: BTreeMap<&ServiceId, Found> = BTreeMap::new();
    for row in board.rows() {
        let matches = has(&row.name, wanted) || has(row.service.as_str(), wanted) || has(&row.node, wanted);
        let is_wanted = if wanted.is_empty() { may_be_empty && !row.state.is_operational() } else { matches };
        if !is_wanted {
            continue;
        }
        let service = found.entry(&row.service).or_insert_with(|| Found { worst: Arc::clone(row), nodes: 0 });
        service.nodes += 1;
        if row.state > service.worst.state {
            service.worst = Arc::clone(row);
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_cached_key(|Found { worst, .. }| {
        let name = worst.name.to_lowercase();
        (!name.starts_with(wanted), Reverse(worst.state), name)
    });
    found.truncate(MOST);
    found
}

fn of_service(Found { worst, nodes }: &Found) -> Entry {
    let place = if *nodes > 1 { board::nodes(*nodes) } else { worst.node.clone() };
    Entry {
        kind: Kind::Service,
        state: Some(worst.state),
        text: worst.name.clone(),
        detail: format!("{}, {place}", worst.group),
        address: address::of_service(&worst.service),
    }
}

/// What an operator can do about a service.
fn actions(row: &NodeStatus) -> impl Iterator<Item = Entry> {
    let NodeStatus { service, name, incident, suppression, .. } = row;
    let acknowledge = incident
        .filter(|_| suppression.is_none())
        .map(|incident| action(texts::acknowledge(name), format!("#{incident}"), format!("/incidents/{incident}?acknowledge")));
    let parameters = [("new", String::new()), ("service", service.to_string())];
    let silence = action(texts::silence(name), String::new(), address::with("/silences", parameters));
    acknowledge.into_iter().chain([silence])
}

fn action(text: String, detail: String, address: String) -> Entry {
    Entry { kind: Kind::Action, state: None, text, detail, address }
}

/// The open incidents that match, the latest first. Without a text none, unless only incidents are wanted.
fn incidents(board: &Board, wanted: &str, needs_text: bool) -> Vec<Entry> {
    if needs_text && wanted.is_empty() {
        return Vec::new();
    }
    let open = board.rows().filter_map(|row| Some((row.incident?, row)));
    let mut found: Vec<_> = open.filter(|(number, row)| has(&row.name, wanted) || number.to_string().starts_with(wanted)).collect();
    found.sort_by_key(|(number, _)| Reverse(*number));
    let entry = |(number, row): (u64, &Arc<NodeStatus>)| Entry {
        kind: Kind::Incident,
        state: Some(row.state),
        text: format!("#{number} {}", row.name),
        detail: row.message.clone().unwrap_or_default(),
        address: format!("/incidents/{number}"),
    };
    found.into_iter().take(MOST).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};
    use crate::samples::{row, snapshot};
    use State::{Down, Operational, Unhealthy};

    fn shown(text: &str, may_act: bool) -> Vec<String> {
        let checkout = NodeStatus { incident: Some(42), message: Some("503".to_owned()), ..row("checkout", "a.lan", Unhealthy) };
        let rows = vec![
            checkout,
            row("cache", "a", Operational),
            row("cache", "b", Operational),
            row("mail", "check.lan", Down),
            row("web/1", "w", Operational),
        ];
        let entries = entries(&Board::from(snapshot(1, rows)), text, may_act);
        entries.into_iter().map(|Entry { text, detail, address, .. }| format!("{text} ({detail}) {address}")).collect()
    }

    #[test]
    fn services_are_found_by_name_id_or_node_and_the_best_comes_first() {
        let expected = [
            "checkout (App, a.lan) /services/checkout",
            "mail (App, check.lan) /services/mail",
            "#42 checkout (503) /incidents/42",
        ];
        assert_eq!(shown("check", false), expected);
        assert_eq!(shown("CACHE", false), ["cache (App, 2 nodes) /services/cache"]);
        assert_eq!(shown("web/", false), ["web/1 (App, w) /services/web%2F1"]);
        assert!(shown("nothing like this", true).is_empty());
    }

    #[test]
    fn an_operator_gets_actions_for_the_first_service() {
        let actions =
            ["Acknowledge checkout (#42) /incidents/42?acknowledge", "Silence checkout () /silences?new&service=checkout"];
        assert_eq!(shown("checkout", true)[1..3], actions);
        assert_eq!(shown("> checkout", true), [actions[0], actions[1], "Silence services () /silences?new"]);
        assert!(shown(">checkout", false).is_empty());
    }

    #[test]
    fn a_number_sign_asks_for_incidents_only() {
        for text in ["#", "#4", "#42", "# check"] {
            assert_eq!(shown(text, true), ["#42 checkout (503) /incidents/42"], "{text}");
        }
        assert!(shown("#5", true).is_empty());
    }

    #[test]
    fn without_a_text_what_fails_and_the_pages_are_offered() {
        let all = shown("", true);
        assert_eq!(all[..2], ["mail (App, check.lan) /services/mail", "checkout (App, a.lan) /services/checkout"]);
        assert_eq!(all[2], "Board () /");
        assert_eq!(shown("slack", false), ["Settings: channels () /settings/channels"]);
    }

    #[test]
    fn in_french_pages_are_found_by_words_of_both_languages() {
        in_language(Language::French, || {
            for text in ["canaux", "channels", "Réglages\u{a0}: can"] {
                assert_eq!(shown(text, false), ["Réglages\u{a0}: canaux () /settings/channels"], "{text}");
            }
            let actions = [
                "Acquitter checkout (#42) /incidents/42?acknowledge",
                "Mettre checkout en silence () /silences?new&service=checkout",
            ];
            assert_eq!(shown("checkout", true)[1..3], actions);
        });
    }

    #[test]
    fn the_match_is_emphasised() {
        assert_eq!(split("Checkout", "che"), ("", "Che", "ckout"));
        assert_eq!(split("my cache", " CHE "), ("my ca", "che", ""));
        assert_eq!(split("#42 checkout", "#42"), ("#", "42", " checkout"));
        assert_eq!(split("mail", ""), ("mail", "", ""));
        assert_eq!(split("Großküche", "küche"), ("Groß", "küche", ""));
        assert_eq!(split("mail", "x"), ("mail", "", ""));
    }
}
