mod scopes;

use super::{Arrangement, Board, Change, Condition, Filter, Line, Order, Sort, Verdict};
use crate::model::{
    NodeKey, NodeStatus, Position, ServiceId, ServiceTags, State, StatusEvent, StoreNotice, Suppression, SuppressionKind,
};
use crate::samples::{at, position, row, snapshot};
use State::{Down, Operational, Unhealthy, Unknown};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn board(rows: impl IntoIterator<Item = NodeStatus>) -> Board {
    Board::from(snapshot(10, rows.into_iter().collect()))
}

/// Each node on a line of its own, the most urgent first.
fn arranged(board: &Board, filter: &Filter) -> Arrangement {
    Arrangement::of(board, filter, Order::default())
}

fn status(row: NodeStatus) -> StatusEvent {
    StatusEvent::Status(Box::new(row))
}

fn removed(service: &str, node: &str) -> StatusEvent {
    StatusEvent::Removed(NodeKey { service: ServiceId::new(service), node: node.to_owned() })
}

#[test]
fn only_newer_events_of_the_same_run_change_the_board() {
    for (position, expected) in [
        (position(9), Operational),
        (position(10), Operational),
        (position(11), Down),
        (position(99), Down),
        (Position { epoch: 999, sequence: 11 }, Operational),
        (Position { epoch: 1_001, sequence: 11 }, Operational),
    ] {
        let mut board = board([row("shop", "a", Operational)]);
        board.apply(position, status(row("shop", "a", Down)));
        assert_eq!(board.rows().map(|row| row.state).collect::<Vec<_>>(), [expected], "{position}");
    }
}

#[test]
fn new_figures_refresh_a_row_and_new_texts_move_it() {
    type Edit = fn(&mut NodeStatus);
    let refreshing: [(&str, Edit); 3] =
        [("checked", |row| row.checked = at(58)), ("elapsed", |row| row.elapsed = None), ("retries", |row| row.retries = 17)];
    let moving: [(&str, Edit); 6] = [
        ("state", |row| row.state = Down),
        ("since", |row| row.since = at(1)),
        ("group", |row| row.group = "Infra".to_owned()),
        ("name", |row| row.name = "Shop".to_owned()),
        ("node name", |row| row.node_name = Some("web".to_owned())),
        ("message", |row| row.message = Some("refused".to_owned())),
    ];
    let apply = |edit: Edit| {
        let mut after = row("shop", "a", Operational);
        edit(&mut after);
        board([row("shop", "a", Operational)]).apply(position(11), status(after))
    };
    for (what, edit) in refreshing {
        assert!(matches!(apply(edit), Change::Refreshed(_)), "{what}");
    }
    for (what, edit) in moving {
        assert!(matches!(apply(edit), Change::Moved(_)), "{what}");
    }
}

#[test]
fn rows_are_added_and_removed() {
    let mut board = board([]);
    assert!(matches!(board.apply(position(11), status(row("shop", "a", Down))), Change::Moved(_)));
    assert!(matches!(board.apply(position(12), removed("shop", "b")), Change::Ignored));
    assert!(matches!(board.apply(position(13), removed("shop", "a")), Change::Removed(_)));
    assert!(board.is_empty());
    assert_eq!(board.position(), position(13));
}

#[test]
fn store_notices_move_no_row() {
    let mut board = board([row("shop", "a", Down)]);
    let notice = StoreNotice { since: at(3), dropped_samples: 0 };
    assert_eq!(board.store(), None);
    let change = board.apply(position(11), StatusEvent::Store(Some(notice.clone())));
    assert_eq!((change, board.store()), (Change::Store(Some(notice.clone())), Some(&notice)));
    assert_eq!(board.apply(position(11), StatusEvent::Store(None)), Change::Ignored);
    assert_eq!(board.apply(position(12), StatusEvent::Store(None)), Change::Store(None));
    assert_eq!((board.store(), board.rows().count()), (None, 1));
}

#[test]
fn every_word_of_the_filter_must_occur_somewhere() {
    let mut sample = row("payments-api", "i-0ee58c", Down);
    sample.node_name = Some("pay-2.lan".to_owned());
    sample.message = Some("Connection refused".to_owned());
    for (text, admitted) in [
        ("", true),
        ("   ", true),
        ("app", true),
        ("PAYMENTS", true),
        ("0ee58c", true),
        ("pay-2", true),
        ("refused connection", true),
        ("down", true),
        ("app down pay", true),
        ("refused operational", false),
        ("shop", false),
    ] {
        assert_eq!(Filter::new(text, None).matches_text(&sample), admitted, "{text:?}");
    }
    for (state, admitted) in [(None, true), (Some(Down), true), (Some(Unknown), false)] {
        assert_eq!(Filter::new("", state).matches_state(&sample), admitted, "{state:?}");
    }
}

#[test]
fn rows_are_sorted_by_group_urgency_name_and_node() {
    let mut elsewhere = row("disk", "z", Operational);
    elsewhere.group = "Infra".to_owned();
    let board = board([
        elsewhere,
        row("beta", "b", Operational),
        row("Alpha", "a", Operational),
        row("beta", "a", Operational),
        row("zeta", "a", Unknown),
        row("yota", "a", Down),
        row("xi", "a", Unhealthy),
    ]);
    let arrangement = arranged(&board, &Filter::default());
    let shown: Vec<String> = arrangement
        .groups
        .iter()
        .map(|group| {
            let rows: Vec<String> =
                group.lines.iter().filter_map(Line::node).map(|key| format!("{}/{}", key.service, key.node)).collect();
            format!("{}: {}", group.name, rows.join(" "))
        })
        .collect();
    assert_eq!(shown, ["App: yota/a xi/a zeta/a Alpha/a beta/a beta/b", "Infra: disk/z"]);
    assert_eq!(arrangement.shown(), 7);
}

#[test]
fn counts_depend_on_the_text_and_rows_also_on_the_state() {
    let board = board([row("shop-1", "a", Down), row("shop-2", "b", Operational), row("mail", "a", Operational)]);
    let arrangement = arranged(&board, &Filter::new("shop", Some(Operational)));
    assert_eq!((arrangement.counts.of(Down), arrangement.counts.of(Operational)), (1, 1));
    assert_eq!(arrangement.shown(), 1);
    assert_eq!(arrangement.group("App").map(|group| (group.services.total(), group.services.failing())), Some((3, 1)));
    assert!(arranged(&board, &Filter::new("nothing", None)).groups.is_empty());
}

#[test]
fn the_verdict_is_a_sentence_about_services() {
    for (rows, headline, remainder, title) in [
        (vec![], "No services yet", "", "Platus"),
        (vec![row("a", "1", Operational)], "The only service is operational", "", "All operational · Platus"),
        (vec![row("a", "1", Down)], "The only service is down", "", "1 down · Platus"),
        (
            vec![row("a", "1", Operational), row("b", "1", Operational)],
            "All 2 services are operational",
            "",
            "All operational · Platus",
        ),
        (
            vec![row("a", "1", Down), row("b", "1", Operational), row("c", "1", Unhealthy)],
            "1 of 3 services is down",
            "1 unhealthy, 1 operational.",
            "1 down · Platus",
        ),
        (
            vec![row("a", "1", Unhealthy), row("b", "1", Unhealthy), row("c", "1", Operational)],
            "2 of 3 services are unhealthy",
            "1 operational.",
            "2 unhealthy · Platus",
        ),
        (
            vec![row("a", "1", Unknown), row("b", "1", Operational)],
            "The state of 1 of 2 services is unknown",
            "1 operational.",
            "1 unknown · Platus",
        ),
        (
            vec![row("a", "1", Down), row("a", "2", Down), row("a", "3", Operational), row("b", "1", Operational)],
            "1 of 2 services is down",
            "1 operational. 2 services on 4 nodes.",
            "1 down · Platus",
        ),
    ] {
        let verdict = Verdict::of(&board(rows));
        assert_eq!((&*verdict.headline(), &*verdict.remainder(), &*verdict.title()), (headline, remainder, title));
    }
}

#[test]
fn the_oldest_failure_has_the_worst_state() {
    let since = |service: &str, state, minutes| NodeStatus { since: at(minutes), ..row(service, "n", state) };
    let oldest = |rows: Vec<NodeStatus>| Verdict::of(&board(rows)).oldest.map(|node| node.name);
    assert_eq!(oldest(vec![since("a", Operational, 0)]), None);
    assert_eq!(oldest(vec![since("a", Down, 5), since("b", Unhealthy, 0), since("c", Down, 3)]).as_deref(), Some("c"));
    assert_eq!(oldest(vec![since("a", Unknown, 5), since("b", Operational, 0)]).as_deref(), Some("a"));
}

prop_compose! {
    fn any_event()(service in 0..4_u8, node in 0..3_u8, state in 0..4_usize, is_removal in any::<bool>(), minutes in 0..9_i64)
        -> StatusEvent
    {
        let (service, node) = (format!("s{service}"), format!("n{node}"));
        if is_removal {
            removed(&service, &node)
        } else {
            status(NodeStatus { checked: at(minutes), ..row(&service, &node, State::BY_URGENCY[state]) })
        }
    }
}

proptest! {
    /// What a connection that breaks and comes back does: it sends again what was already there.
    #[test]
    fn events_sent_again_change_nothing(events in prop::collection::vec(any_event(), 1..40), again_from in 0..40_usize) {
        let mut once = board([]);
        let mut twice = board([]);
        for (sequence, event) in (11..).zip(&events) {
            once.apply(position(sequence), event.clone());
            twice.apply(position(sequence), event.clone());
        }
        for (sequence, event) in (11..).zip(&events).skip(again_from) {
            prop_assert_eq!(twice.apply(position(sequence), event.clone()), Change::Ignored);
        }
        prop_assert_eq!(once, twice);
    }

    /// A row that is `Refreshed` may be shown without looking at the whole again.
    #[test]
    fn a_refreshed_row_changes_neither_places_nor_sentences(events in prop::collection::vec(any_event(), 1..40)) {
        let mut board = board([]);
        for (sequence, event) in (11..).zip(events) {
            let before = (arranged(&board, &Filter::default()), Verdict::of(&board));
            if let Change::Refreshed(_) | Change::Ignored = board.apply(position(sequence), event) {
                prop_assert_eq!(before, (arranged(&board, &Filter::default()), Verdict::of(&board)));
            }
        }
    }

    /// Nothing is lost and nothing shown twice.
    #[test]
    fn every_row_stands_in_one_place(events in prop::collection::vec(any_event(), 1..40)) {
        let mut board = board([]);
        for (sequence, event) in (11..).zip(events) {
            board.apply(position(sequence), event);
        }
        let mut shown: Vec<NodeKey> = arranged(&board, &Filter::default()).keys().cloned().collect();
        shown.sort();
        prop_assert_eq!(shown, board.rows().map(|row| row.key()).collect::<Vec<_>>());
    }
}

#[test]
fn neighbours_are_found_across_groups() {
    let in_group = |group: &str, service: &str| NodeStatus { group: group.to_owned(), ..row(service, "n", Operational) };
    let board = board([in_group("App", "a"), in_group("App", "b"), in_group("Infra", "c")]);
    let arrangement = arranged(&board, &Filter::default());
    let key = |service: &str| in_group("", service).key();
    let all = |_: &NodeKey| true;
    let except_b = |other: &NodeKey| *other != key("b");
    assert_eq!(arrangement.next(&key("b"), all), Some(&key("c")));
    assert_eq!(arrangement.next(&key("c"), all), None);
    assert_eq!(arrangement.next(&key("a"), except_b), Some(&key("c")));
    assert_eq!(arrangement.previous(&key("c"), all), Some(&key("b")));
    assert_eq!(arrangement.previous(&key("c"), except_b), Some(&key("a")));
    assert_eq!(arrangement.previous(&key("a"), all), None);
    assert_eq!(arrangement.next(&key("gone"), all), None);
}

/// `App: web [web/a web/b] shop/a`: lines of services, of nodes below them in brackets, and of other nodes.
fn lines(board: &Board, filter: &Filter, sort: Sort, open: &[&str]) -> Vec<String> {
    let open: BTreeSet<_> = open.iter().copied().map(ServiceId::new).collect();
    let arrangement = Arrangement::of(board, filter, Order { sort, open: Some(&open) });
    let line = |line: &Line| match line {
        Line::Node(key) => format!("{}/{}", key.service, key.node),
        Line::Service(id) => format!("{id}×{}", arrangement.nodes_of(id).len()),
        Line::Child(key) => format!("[{}]", key.node),
    };
    let groups = arrangement.groups.iter();
    groups.map(|group| format!("{}: {}", group.name, group.lines.iter().map(line).collect::<Vec<_>>().join(" "))).collect()
}

#[test]
fn a_service_with_several_nodes_is_one_line_until_it_is_opened_or_searched() {
    let board = board([
        row("web", "a", Operational),
        row("web", "b", Down),
        row("web", "c", Operational),
        row("shop", "a", Unhealthy),
        row("mail", "a", Operational),
    ]);
    let (all, by_state) = (Filter::default(), Sort::State);
    assert_eq!(lines(&board, &all, by_state, &[]), ["App: web×3 shop/a mail/a"]);
    assert_eq!(lines(&board, &all, by_state, &["web", "gone"]), ["App: web×3 [b] [a] [c] shop/a mail/a"]);
    assert_eq!(lines(&board, &Filter::new("web", None), by_state, &[]), ["App: web/b web/a web/c"]);
    assert_eq!(lines(&board, &Filter::new("", Some(Down)), by_state, &["web"]), ["App: web/b"]);
    let open = BTreeSet::new();
    let arrangement = Arrangement::of(&board, &all, Order { sort: by_state, open: Some(&open) });
    assert_eq!((arrangement.shown(), arrangement.keys().count()), (5, 2));
}

#[test]
fn rows_are_sorted_by_name_or_by_their_slowest_check() {
    let took = |service: &str, node: &str, state, elapsed| NodeStatus { elapsed, ..row(service, node, state) };
    let board = board([
        took("b", "1", Down, None),
        took("a", "1", Operational, Some(10)),
        took("a", "2", Operational, Some(900)),
        took("C", "1", Operational, Some(500)),
    ]);
    assert_eq!(lines(&board, &Filter::default(), Sort::State, &[]), ["App: b/1 a×2 C/1"]);
    assert_eq!(lines(&board, &Filter::default(), Sort::Name, &[]), ["App: a×2 b/1 C/1"]);
    assert_eq!(lines(&board, &Filter::default(), Sort::Response, &["a"]), ["App: a×2 [2] [1] C/1 b/1"]);
}

#[test]
fn a_tag_admits_the_services_that_have_it() {
    let mut snapshot = snapshot(10, vec![row("shop", "a", Down), row("mail", "a", Operational)]);
    snapshot.tags = BTreeMap::from([(ServiceId::new("shop"), vec!["tier-1".to_owned(), "eu".to_owned()])]);
    let board = Board::from(snapshot);
    let tagged = |tag: &str| Filter::default().with_tag(Some(tag.to_owned()));
    assert_eq!(lines(&board, &tagged("eu"), Sort::State, &[]), ["App: shop/a"]);
    assert!(lines(&board, &tagged("tier-2"), Sort::State, &[]).is_empty());
    assert_eq!(arranged(&board, &tagged("eu")).counts.total(), 1);
    assert_eq!(board.all_tags().into_iter().collect::<Vec<_>>(), ["eu", "tier-1"]);
}

#[test]
fn the_tags_of_a_service_follow_the_stream() {
    let mut snapshot = snapshot(10, vec![row("shop", "a", Down)]);
    snapshot.tags = BTreeMap::from([(ServiceId::new("shop"), vec!["tier-1".to_owned()])]);
    let mut board = Board::from(snapshot);
    let mut tagged = |sequence, tags: &[&str]| {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let event = StatusEvent::Tags(ServiceTags { service: ServiceId::new("shop"), tags });
        assert_eq!(board.apply(Position { sequence, ..board.position() }, event), Change::Tagged(ServiceId::new("shop")));
        board.all_tags().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(tagged(11, &["eu", "team a"]), ["eu", "team a"]);
    assert!(tagged(12, &[]).is_empty());
}

fn suppressed(kind: SuppressionKind, row: NodeStatus) -> NodeStatus {
    let suppression = Suppression { kind, author: None, comment: String::new(), until: None };
    NodeStatus { suppression: Some(Box::new(suppression)), ..row }
}

/// A chip says how many services it shows.
#[test]
fn buttons_headline_and_groups_count_the_same_services() {
    let board = board([
        row("web", "a", Down),
        row("web", "b", Down),
        row("web", "c", Unhealthy),
        row("shop", "a", Unhealthy),
        row("mail", "a", Operational),
        row("mail", "b", Operational),
        suppressed(SuppressionKind::Pause, row("docs", "a", Down)),
    ]);
    let all = arranged(&board, &Filter::default());
    assert_eq!(all.counts, Verdict::of(&board).services);
    assert_eq!(Some(all.counts), all.group("App").map(|group| group.services));
    assert_eq!((all.counts.all(), all.counts.total(), all.services()), (4, 3, 4));
    for (condition, count, shown) in [
        (Condition::State(Down), 1, "App: web×3"),
        (Condition::State(Unhealthy), 1, "App: shop/a"),
        (Condition::State(Unknown), 0, ""),
        (Condition::State(Operational), 1, "App: mail×2"),
        (Condition::Paused, 1, "App: docs/a"),
    ] {
        let filter = Filter::default().with_condition(Some(condition));
        assert_eq!(lines(&board, &filter, Sort::State, &[]).join(""), shown);
        assert_eq!(arranged(&board, &filter).services(), count, "{condition:?}");
    }
    let down = Filter::default().with_condition(Some(Condition::State(Down)));
    assert_eq!(lines(&board, &down, Sort::State, &["web"]), ["App: web×3 [a] [b]"], "only the nodes that are down");
}

#[test]
fn acknowledged_incidents_and_paused_services_need_nobody() {
    let failing = |name| NodeStatus { incident: Some(7), ..row(name, "n", Down) };
    let rows = vec![
        failing("new"),
        suppressed(SuppressionKind::Silence, failing("silenced")),
        suppressed(SuppressionKind::Acknowledgement, failing("known")),
        suppressed(SuppressionKind::Pause, failing("paused")),
        row("soft", "n", Down),
    ];
    assert_eq!(Verdict::of(&board(rows)).incidents, 2);
}

#[test]
fn paused_services_count_apart() {
    let paused = |service| suppressed(SuppressionKind::Pause, row(service, "n", State::Down));
    let verdict = |rows| Verdict::of(&Board::from(snapshot(1, rows)));
    let some = verdict(vec![paused("docs"), row("web", "n", State::Operational)]);
    assert_eq!((some.headline().as_str(), some.remainder().as_str()), ("The only service is operational", "1 paused."));
    assert_eq!((some.worst(), some.oldest), (Some(State::Operational), None));
    assert_eq!(verdict(vec![paused("docs"), paused("web")]).headline(), "All services are paused");
}
