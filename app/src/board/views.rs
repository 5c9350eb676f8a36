//! Views of the board: those of the configuration, and those that a browser keeps for itself.

use super::condition::Condition;
use super::query::{BoardQuery, Density, Sort};
use crate::model::View;

/// The key under which a browser keeps its views, as JSON.
pub const KEPT: &str = "platus.views";

/// Views that a browser keeps.
const MOST: usize = 50;

/// Characters of a name.
pub const LONGEST_NAME: usize = 40;

/// What the board shows in this view. Services are folded.
pub fn query_of(view: &View) -> BoardQuery {
    BoardQuery {
        text: view.search.clone().unwrap_or_default(),
        state: view.state.as_deref().and_then(Condition::named),
        tag: view.tag.clone(),
        sort: Sort::of(view.sort.as_deref().unwrap_or_default()),
        density: Density::of(view.density.as_deref().unwrap_or_default()),
        open: Default::default(),
    }
}

/// A view with what the board shows.
fn view_of(name: &str, query: &BoardQuery) -> View {
    let given = |value: &str, default: &str| Some(value.to_owned()).filter(|value| !value.is_empty() && value != default);
    View {
        name: name.to_owned(),
        search: given(query.text.trim(), ""),
        state: query.state.map(|state| state.as_str().to_owned()),
        tag: query.tag.clone(),
        sort: given(query.sort.as_str(), Sort::default().as_str()),
        density: given(query.density.as_str(), Density::default().as_str()),
    }
}

/// Reads the views that a browser has kept. Damaged ones count as none.
pub fn read(kept: &str) -> Vec<View> {
    let mut views: Vec<View> = serde_json::from_str(kept).unwrap_or_default();
    views.truncate(MOST);
    views
}

/// As a browser keeps them.
pub fn written(views: &[View]) -> String {
    // Texts can always be written.
    serde_json::to_string(views).unwrap_or_default()
}

/// The same views with one more, or with another meaning of one of them. `None` for a name that cannot be one, and when there are too many.
pub fn with(views: &[View], name: &str, query: &BoardQuery) -> Option<Vec<View>> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return None;
    }
    let mut views = views.to_vec();
    if let Some(view) = views.iter_mut().find(|view| view.name == name) {
        *view = view_of(name, query);
    } else if views.len() < MOST {
        views.push(view_of(name, query));
    } else {
        return None;
    }
    Some(views)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_keeps_what_the_board_shows() {
        let query = BoardQuery {
            text: " pay ".to_owned(),
            state: Condition::named("down"),
            tag: Some("tier-1".to_owned()),
            sort: Sort::Name,
            density: Density::Comfortable,
            open: ["web".into()].map(|id: &str| crate::model::ServiceId::new(id)).into(),
        };
        let views = with(&[], " Mine ", &query).unwrap();
        assert_eq!(views[0].name, "Mine");
        let again = read(&written(&views));
        assert_eq!(again, views);
        let expected = BoardQuery { text: "pay".to_owned(), open: Default::default(), ..query.clone() };
        assert_eq!(query_of(&again[0]), expected);

        let changed = with(&views, "Mine", &BoardQuery::default()).unwrap();
        assert_eq!((changed.len(), query_of(&changed[0])), (1, BoardQuery::default()));
    }

    #[test]
    fn names_and_numbers_are_bounded_and_damage_is_forgotten() {
        let query = BoardQuery::default();
        for name in ["", "  ", &"x".repeat(LONGEST_NAME + 1)] {
            assert_eq!(with(&[], name, &query), None);
        }
        let mut views = Vec::new();
        for number in 0..MOST {
            views = with(&views, &number.to_string(), &query).unwrap();
        }
        assert_eq!(with(&views, "one more", &query), None);
        assert!(with(&views, "7", &query).is_some());
        for damaged in ["", "{}", "[{\"name\": 1}]", "nonsense"] {
            assert!(read(damaged).is_empty());
        }
    }
}
