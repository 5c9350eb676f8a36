use crate::forms::ServiceChoice;
use crate::live::{LiveBoard, SharedSignal};
use crate::model::ServiceId;
use leptos::prelude::*;

/// The services that are selected in the silence form. An incident selects its own. Clones share the selection.
#[derive(Clone, Default)]
pub(super) struct SelectedServices(pub SharedSignal<Vec<ServiceId>>);

/// The services of the board. Computed when needed: rows change all the time, users select rarely.
pub(super) fn choice(board: &LiveBoard) -> ServiceChoice {
    board.with_untracked(|board| ServiceChoice::of(board.rows())).unwrap_or_default()
}

/// The selected services and the text that is typed to select another one.
#[derive(Clone)]
pub(super) struct Selection {
    pub board: LiveBoard,
    pub selected: SharedSignal<Vec<ServiceId>>,
    pub text: RwSignal<String>,
    pub problem: RwSignal<Option<String>>,
}

impl Selection {
    /// Whether the typed text names a service.
    pub fn is_named(&self) -> bool {
        !choice(&self.board).named(&self.text.read_untracked()).is_empty()
    }

    /// Adds the services that the typed text names.
    pub fn add(&self) {
        let typed = self.text.get_untracked();
        if typed.trim().is_empty() {
            return;
        }
        let named = choice(&self.board).named(&typed);
        if named.is_empty() {
            return self.problem.set(Some(format!("There is no service `{}`.", typed.trim())));
        }
        self.problem.set(None);
        self.text.set(String::new());
        let mut selected = self.selected.get_untracked();
        selected.extend(named.into_iter().filter(|service| !selected.contains(service)).collect::<Vec<_>>());
        self.selected.set(selected);
    }

    pub fn remove(&self, service: &ServiceId) {
        let mut selected = self.selected.get_untracked();
        selected.retain(|known| known != service);
        self.selected.set(selected);
    }

    /// Suggestions for the typed text, each with a description.
    pub fn suggestions(&self) -> Vec<(String, String)> {
        choice(&self.board).suggestions(&self.text.get())
    }
}
