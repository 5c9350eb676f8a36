use super::*;
use crate::language::{Language, in_language};
use crate::model::NodeKey;
use crate::samples::{at, row};
use State::{Down, Operational, Unhealthy, Unknown};

fn view() -> UptimeBarsView {
    // 16:00 in Paris is the end of the twelfth cell.
    UptimeBarsView { from: at(-360), step: 1_800, bars: 48, nodes: Vec::new() }
}

/// A history that begins at 10:00, half an hour a letter.
fn history(states: &str, time: [u32; 4]) -> History {
    let key: NodeKey = row("shop", "a", Operational).key();
    History::of(&UptimeBar { key, states: states.to_owned(), time, elapsed: Vec::new() }, &view())
}

#[test]
fn a_summary_names_states_durations_and_times() {
    let day = "o".repeat(48);
    let with = |cells: &[(usize, &str)]| {
        let mut states = day.clone();
        for (cell, letter) in cells {
            states.replace_range(cell..&(cell + 1), letter);
        }
        states
    };
    for (states, time, expected) in [
        (day.clone(), [0, 0, 0, 86_400], "last 24 h: operational 100 %"),
        (with(&[(9, "d")]), [300, 0, 0, 86_100], "last 24 h: operational 99.6 %, down 5 min at 14:30"),
        (with(&[(9, "d"), (10, "d")]), [3_600, 0, 0, 82_800], "last 24 h: operational 95.8 %, down 1 h at 14:30"),
        (with(&[(3, "d"), (9, "d")]), [60, 0, 0, 86_340], "last 24 h: operational 99.93 %, down 1 min, last at 14:30"),
        // Too short for a cell of its own, but part of the availability.
        (day.clone(), [5, 0, 0, 86_395], "last 24 h: operational 99.99 %, down 5 s"),
        (
            with(&[(0, "h"), (1, "u")]),
            [0, 60, 120, 60],
            "last 24 h: operational 50 %, unhealthy 1 min at 10:00, unknown 2 min at 10:30",
        ),
        ("u".repeat(48), [0, 0, 86_400, 0], "last 24 h: unknown 24 h at 10:00"),
        ("-".repeat(48), [0; 4], "last 24 h: no data"),
        // The first check: no state has a duration yet.
        ("-".repeat(47) + "d", [0; 4], "last 24 h: down at 09:30"),
    ] {
        assert_eq!(history(&states, time).summary(), expected);
    }
}

#[test]
fn an_hour_has_a_cell_for_each_minute_in_the_same_width() {
    let view = UptimeBarsView { from: at(0), step: 60, bars: 60, nodes: Vec::new() };
    let key: NodeKey = row("shop", "a", Operational).key();
    let states = format!("{}du", "o".repeat(58));
    let history = History::of(&UptimeBar { key, states, time: [60, 0, 60, 3_480], elapsed: Vec::new() }, &view);
    assert_eq!(history.summary(), "last hour: operational 98.3 %, down 1 min at 16:58, unknown 1 min at 16:59");
    assert_eq!(history.cell(58), "16:58 to 16:59: down");
    let shapes = history.shapes();
    let outline = |state| shapes.cells.iter().find(|(drawn, _)| *drawn == state).map(|(_, outline)| outline.as_str());
    assert_eq!(outline(Down), Some("M232 0h3v22h-3z"));
    assert_eq!(outline(Unknown), Some("M236 8h3v14h-3zM237 9h1v12h-1z"));
}

#[test]
fn a_cell_is_described_by_its_time_state_and_response_time() {
    let mut history = history("od-h", [0; 4]);
    history.elapsed = vec![Some(84_000), None, None];
    assert_eq!(history.cell(0), "10:00 to 10:30: operational, 84 ms");
    assert_eq!(history.cell(1), "10:30 to 11:00: down");
    assert_eq!(history.cell(2), "11:00 to 11:30: no data");
    assert_eq!(history.cell(3), "11:30 to 12:00: unhealthy");
    assert_eq!((history.elapsed_range().as_deref(), history.cells()), (Some("84 ms"), 4));
    history.elapsed = vec![Some(84_000), None, Some(900_000)];
    assert_eq!(history.elapsed_range().as_deref(), Some("84 ms to 900 ms"));
}

#[test]
fn a_history_is_told_in_french() {
    let states = format!("{}d{}d{}", "o".repeat(3), "o".repeat(5), "o".repeat(38));
    let mut history = history(&states, [60, 0, 0, 86_340]);
    history.elapsed = vec![None, Some(1_200_000), Some(84_000)];
    in_language(Language::French, || {
        let summary = "dernières 24 h\u{a0}: opérationnel 99,93 %, en panne 1 min, dernière fois à 14:30";
        assert_eq!(history.summary(), summary);
        assert_eq!(history.cell(1), "10:30 à 11:00\u{a0}: opérationnel, 1,2 s");
        assert_eq!(history.elapsed_range().as_deref(), Some("84 ms à 1,2 s"));
        assert_eq!((head(3_600), head(86_400)), ("Dernière heure".to_owned(), "Dernières 24 h".to_owned()));
    });
}

#[test]
fn the_last_cell_includes_the_state_of_the_row() {
    // The last cell lasts from 11:00 to 11:30.
    let with_row = |states: &str, state, since| {
        let mut row = row("shop", "a", state);
        row.since = at(since);
        history(states, [0; 4]).up_to(&row).and_then(|history| history.state(2))
    };
    assert_eq!(with_row("ooo", Down, -300), Some(Down));
    assert_eq!(with_row("oo-", Operational, -600), Some(Operational));
    assert_eq!(with_row("ooh", Unknown, -300), None, "it was worse before");
    assert_eq!(with_row("ooo", Down, -270), None, "that began after the cell");
    assert_eq!(with_row("", Down, -300), None);
    let mut unchecked = row("shop", "a", Unknown);
    unchecked.retries = 0;
    unchecked.since = at(-600);
    assert_eq!(history("oo-", [0; 4]).up_to(&unchecked), None);
}

#[test]
fn each_state_has_a_shape_of_its_own() {
    let outline = |letter: &str| {
        let shapes = history(letter, [0; 4]).shapes();
        shapes.cells.first().map_or(shapes.gaps, |(_, outline)| outline.clone())
    };
    let forms: Vec<_> = ["o", "u", "h", "d", "-"].map(outline).into_iter().collect();
    assert_eq!(
        forms,
        ["M0 8h4v14h-4z", "M0 8h4v14h-4zM1 9h2v12h-2z", "M0 0h4v10h-4zM0 13h4v9h-4z", "M0 0h4v22h-4z", "M0 20h4v2h-4z",]
    );
}

#[test]
fn cells_of_a_state_are_one_path_in_order() {
    let shapes = history("odo-", [0; 4]).shapes();
    let states: Vec<_> = shapes.cells.iter().map(|(state, _)| *state).collect();
    assert_eq!(states, [Operational, Down]);
    assert_eq!(shapes.cells[0].1, "M0 8h4v14h-4zM10 8h4v14h-4z");
    assert_eq!(shapes.gaps, "M15 20h4v2h-4z");
    assert_eq!(history("uh", [0; 4]).shapes().cells.iter().map(|(state, _)| *state).collect::<Vec<_>>(), [Unknown, Unhealthy]);
}

#[test]
fn the_line_is_scaled_to_the_longest_time_and_interrupted_without_data() {
    assert_eq!(line(&[]), "");
    assert_eq!(line(&[None, None]), "");
    assert_eq!(line(&[Some(50), Some(100), Some(0)]), "M1.0 11.0h0L46.0 2.0L91.0 20.0");
    assert_eq!(line(&[Some(100), None, Some(100)]), "M1.0 2.0h0M91.0 2.0h0");
    assert_eq!(line(&[Some(0)]), "M1.0 20.0h0");
}

#[test]
fn keys_move_within_the_visible_cells_and_between_rows() {
    for (key, cell, first, expected) in [
        ("ArrowLeft", 47, 0, Some(Step::Cell(46))),
        ("ArrowLeft", 0, 0, Some(Step::Cell(0))),
        ("ArrowLeft", 24, 24, Some(Step::Cell(24))),
        ("ArrowRight", 46, 0, Some(Step::Cell(47))),
        ("ArrowRight", 47, 0, Some(Step::Cell(47))),
        ("ArrowUp", 3, 0, Some(Step::PreviousRow)),
        ("ArrowDown", 3, 0, Some(Step::NextRow)),
        ("PageUp", 45, 0, Some(Step::Cell(47))),
        ("PageDown", 3, 0, Some(Step::Cell(0))),
        ("Home", 30, 24, Some(Step::Cell(24))),
        ("End", 0, 0, Some(Step::Cell(47))),
        ("Escape", 5, 0, Some(Step::Leave)),
        ("Tab", 5, 0, None),
    ] {
        assert_eq!(Step::of(key, cell, first, 48), expected, "{key} at {cell}");
    }
    assert_eq!(Step::of("End", 0, 0, 0), None);
}

#[test]
fn a_position_belongs_to_a_cell() {
    for (part, expected) in [(-0.1, 0), (0.0, 0), (0.020, 0), (0.021, 1), (0.5, 24), (0.999, 47), (1.0, 47), (f64::NAN, 0)] {
        assert_eq!(at_part(part, 48), expected, "{part}");
    }
    for (hidden, expected) in [(-0.2, 0), (0.0, 0), (0.001, 0), (0.5, 24), (0.51, 25), (1.0, 47)] {
        assert_eq!(first_visible(hidden, 48), expected, "{hidden}");
    }
    assert_eq!((at_part(0.5, 0), first_visible(0.5, 0)), (0, 0));
}

#[test]
fn the_history_of_several_nodes_has_the_worst_state_of_each_cell() {
    let mut first = history("oo-d", [0, 0, 0, 5_400]);
    first.elapsed = vec![Some(10), None, None, Some(7)];
    let second = history("ohu-", [0, 1_800, 0, 1_800]);
    let all = History::of_all(&[Arc::new(first), Arc::new(second)]).unwrap();
    let states: Vec<_> = (0..all.cells()).map(|cell| all.state(cell)).collect();
    assert_eq!(states, [Some(Operational), Some(Unhealthy), Some(Unknown), Some(Down)]);
    assert_eq!((all.elapsed.as_slice(), all.time), (&[Some(10), None, None, Some(7)][..], [0, 1_800, 0, 7_200]));
    assert_eq!(History::of_all(&[]), None);
}
