//! The cursor in the chart and the selected range, moved by the pointer or the keyboard.

use crate::model::ServiceHistoryView;

/// The current point, and where the selection begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The place of the point.
    pub at: usize,
    /// The place of the point at the other end of the selection; `None` without a selection.
    pub anchor: Option<usize>,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    Move(Cursor),
    /// Shows the selected range only.
    Zoom,
    /// Ends the selection, or removes the cursor.
    Leave(Option<Cursor>),
    /// Shows the range before the latest zoom.
    Back,
}

impl Press {
    /// What a key does at this cursor among so many points. `None` for keys without a meaning here.
    pub fn of(key: &str, with_shift: bool, cursor: Option<Cursor>, points: usize) -> Option<Self> {
        let last = points.checked_sub(1);
        let at = cursor.map(|cursor| cursor.at).or(last);
        let step = |by: usize, back: bool| at.map(|at| if back { at.saturating_sub(by) } else { at.saturating_add(by) });
        let to = match key {
            "ArrowLeft" | "ArrowDown" => step(1, true),
            "ArrowRight" | "ArrowUp" => step(1, false),
            "PageDown" => step(10, true),
            "PageUp" => step(10, false),
            "Home" => Some(0),
            "End" => last,
            "Enter" => return cursor.filter(|cursor| cursor.anchor.is_some()).map(|_| Self::Zoom),
            "Escape" => {
                return Some(match cursor {
                    Some(Cursor { at, anchor: Some(_) }) => Self::Leave(Some(Cursor { at, anchor: None })),
                    Some(_) => Self::Leave(None),
                    None => Self::Back,
                });
            }
            _ => return None,
        };
        let to = to?.min(last?);
        let anchor = cursor.and_then(|cursor| cursor.anchor).or(at).filter(|_| with_shift);
        Some(Self::Move(Cursor { at: to, anchor }))
    }
}

/// The point that is nearest to a part of the width, from 0 to 1. `None` without points.
pub fn point_at(history: &ServiceHistoryView, part: f64) -> Option<usize> {
    let at = history.from + (part.clamp(0.0, 1.0) * (history.to - history.from) as f64) as i64;
    let next = history.points.partition_point(|point| point.at + history.step / 2 < at);
    let distance = |place: &usize| {
        let middle = history.points.get(*place).map(|point| point.at + history.step / 2);
        middle.map_or(i64::MAX, |middle| (middle - at).abs())
    };
    [next.saturating_sub(1), next].into_iter().filter(|place| *place < history.points.len()).min_by_key(distance)
}

/// The selected range, in milliseconds since 1970: whole points.
pub fn selection(history: &ServiceHistoryView, cursor: Cursor) -> Option<(i64, i64)> {
    let anchor = cursor.anchor?;
    let from = history.points.get(cursor.at.min(anchor))?.at;
    let to = history.points.get(cursor.at.max(anchor))?.at + history.step;
    Some((from.max(history.from), to.min(history.to)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MIDNIGHT, MINUTE, chart, point};
    use super::*;

    const fn cursor(at: usize, anchor: Option<usize>) -> Option<Cursor> {
        Some(Cursor { at, anchor })
    }

    #[test]
    fn keys_move_the_cursor_and_stay_within_the_points() {
        for (key, from, to) in [
            ("ArrowLeft", None, 18),
            ("ArrowRight", cursor(3, None), 4),
            ("ArrowRight", cursor(19, None), 19),
            ("ArrowLeft", cursor(0, None), 0),
            ("PageDown", cursor(15, Some(2)), 5),
            ("PageUp", cursor(15, None), 19),
            ("Home", cursor(15, None), 0),
            ("End", None, 19),
        ] {
            assert_eq!(Press::of(key, false, from, 20), Some(Press::Move(Cursor { at: to, anchor: None })), "{key}");
        }
        assert_eq!(Press::of("a", false, None, 20), None);
        assert_eq!(Press::of("ArrowLeft", false, None, 0), None);
    }

    #[test]
    fn shift_extends_a_selection_and_enter_zooms_into_it() {
        let moved = |cursor: Option<Cursor>| cursor.map(Press::Move);
        assert_eq!(Press::of("ArrowLeft", true, cursor(9, None), 20), moved(cursor(8, Some(9))));
        assert_eq!(Press::of("PageDown", true, cursor(18, Some(9)), 20), moved(cursor(8, Some(9))));
        assert_eq!(Press::of("Enter", false, cursor(8, Some(9)), 20), Some(Press::Zoom));
        assert_eq!(Press::of("Enter", false, cursor(8, None), 20), None);
    }

    #[test]
    fn escape_leaves_the_selection_then_the_cursor_then_the_zoom() {
        let escape = |cursor| Press::of("Escape", false, cursor, 20);
        assert_eq!(escape(cursor(8, Some(9))), Some(Press::Leave(cursor(8, None))));
        assert_eq!(escape(cursor(8, None)), Some(Press::Leave(None)));
        assert_eq!(escape(None), Some(Press::Back));
    }

    #[test]
    fn the_nearest_point_is_under_the_pointer() {
        let history = chart(vec![point(0, 9), point(1, 9), point(8, 9)]).history;
        for (part, expected) in [(0.0, 0), (0.09, 0), (0.11, 1), (0.4, 1), (0.6, 2), (1.0, 2), (-3.0, 0), (7.0, 2), (f64::NAN, 0)] {
            assert_eq!(point_at(&history, part), Some(expected), "{part}");
        }
        assert_eq!(point_at(&chart(Vec::new()).history, 0.5), None);
    }

    #[test]
    fn a_selection_has_whole_points_in_either_direction() {
        let history = chart((0..10).map(|minute| point(minute, 9)).collect()).history;
        let expected = Some((MIDNIGHT + 2 * MINUTE, MIDNIGHT + 5 * MINUTE));
        assert_eq!(selection(&history, Cursor { at: 2, anchor: Some(4) }), expected);
        assert_eq!(selection(&history, Cursor { at: 4, anchor: Some(2) }), expected);
        assert_eq!(selection(&history, Cursor { at: 4, anchor: None }), None);
    }
}
