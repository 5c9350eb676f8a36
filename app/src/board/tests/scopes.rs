//! Boards that have only the rows that a page needs.

use super::*;
use crate::model::{BoardScope, BoardSnapshot};

/// The board of a page that needs these rows.
fn board_of(scope: &BoardScope, rows: &[NodeStatus]) -> Board {
    let (scope, rows, others) = scope.select(rows.to_vec(), |row| row);
    Board::from(BoardSnapshot { scope, others, ..snapshot(10, rows) })
}

fn of_service(id: &str) -> BoardScope {
    BoardScope::Service(ServiceId::new(id))
}

/// What every page shows of all services: title, icon, number of incidents.
fn summary(board: &Board) -> (String, Option<State>, u32) {
    let verdict = Verdict::of(board);
    (verdict.title(), verdict.worst(), verdict.incidents)
}

fn ids(board: &Board) -> Vec<String> {
    board.rows().map(|row| format!("{}/{}", row.service, row.node)).collect()
}

#[test]
fn a_page_gets_its_rows_and_of_the_others_those_that_fail() {
    let rows = [
        row("shop", "a", Operational),
        NodeStatus { incident: Some(7), ..row("mail", "a", Down) },
        row("mail", "b", Unhealthy),
        row("docs", "a", Operational),
        suppressed(SuppressionKind::Pause, row("old", "a", Down)),
    ];
    for (scope, shown, others) in [
        (BoardScope::All, 5, vec![]),
        (of_service("shop"), 1, vec!["a", "b"]),
        (of_service("mail"), 2, vec![]),
        (BoardScope::Incident(7), 2, vec![]),
        (BoardScope::Incident(8), 0, vec!["a", "b"]),
        (BoardScope::Incidents, 1, vec!["b"]),
        (BoardScope::None, 0, vec!["a", "b"]),
    ] {
        let board = board_of(&scope, &rows);
        let failing: Vec<_> = board.others().map(|other| other.key.node.as_str()).collect();
        assert_eq!((board.rows().count(), failing), (shown, others), "{scope:?}");
        assert_eq!(summary(&board), summary(&board_of(&BoardScope::All, &rows)), "{scope:?}");
    }
    assert_eq!(board_of(&BoardScope::Incident(7), &rows).scope(), &of_service("mail"));
    let all_paused = [suppressed(SuppressionKind::Pause, row("old", "a", Down))];
    assert_eq!(summary(&board_of(&BoardScope::None, &all_paused)), ("Platus".to_owned(), None, 0));
}

#[test]
fn rows_enter_and_leave_the_scope() {
    let failing = NodeStatus { incident: Some(7), ..row("mail", "a", Down) };
    let mut board = board_of(&BoardScope::Incidents, &[row("mail", "a", Operational)]);
    assert!(matches!(board.apply(position(11), status(failing.clone())), Change::Moved(_)));
    assert_eq!(ids(&board), ["mail/a"]);
    assert_eq!(board.apply(position(12), status(row("mail", "a", Down))), Change::Removed(failing.key()));
    assert_eq!((ids(&board).len(), board.others().count()), (0, 1));
    assert_eq!(board.apply(position(13), status(row("mail", "a", Down))), Change::Ignored);
    assert_eq!(board.apply(position(14), status(row("mail", "a", Operational))), Change::Elsewhere);
    assert_eq!(board.apply(position(15), removed("mail", "a")), Change::Ignored);
    assert_eq!(summary(&board), ("All operational · Platus".to_owned(), Some(Operational), 0));
}

prop_compose! {
    fn any_row()(service in 0..4_u8, node in 0..2_u8, state in 0..4_usize, is_open in any::<bool>(), kind in 0..4_usize) -> NodeStatus {
        let incident = is_open.then_some(u64::from(service * 2 + node));
        let row = NodeStatus { incident, ..row(&format!("s{service}"), &format!("n{node}"), State::BY_URGENCY[state]) };
        match kind {
            0 => suppressed(SuppressionKind::Pause, row),
            1 => suppressed(SuppressionKind::Acknowledgement, row),
            _ => row,
        }
    }
}

proptest! {
    #[test]
    fn every_page_has_the_same_title_icon_and_number(
        rows in prop::collection::vec(any_row(), 0..8), events in prop::collection::vec((any_row(), 0..4_u8), 0..30),
    ) {
        let rows: BTreeMap<NodeKey, NodeStatus> = rows.into_iter().map(|row| (row.key(), row)).collect();
        // Whether an operational service is left is known only while there is one.
        let rows: Vec<_> = rows.into_values().chain([row("z", "n", Operational)]).collect();
        let scopes = [BoardScope::All, of_service("s0"), BoardScope::Incidents, BoardScope::None];
        let mut boards = scopes.map(|scope| board_of(&scope, &rows));
        for (number, (row, kind)) in events.into_iter().enumerate() {
            let event = if kind == 0 { StatusEvent::Removed(row.key()) } else { status(row) };
            for board in &mut boards {
                board.apply(position(11 + number as u64), event.clone());
            }
            for board in &boards[1..] {
                prop_assert_eq!(summary(board), summary(&boards[0]), "{:?}", board.scope());
            }
        }
    }
}
