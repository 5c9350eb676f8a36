use crate::forms::{ServiceChoice, is_of_role};
use crate::live::{LiveBoard, SharedSignal};
use crate::model::ServiceId;
use crate::rpc;
use crate::texts::silence_form as texts;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The services of the board. Computed when needed: rows change all the time, users select rarely.
pub(super) fn choice(board: &LiveBoard) -> ServiceChoice {
    board.with_untracked(ServiceChoice::of).unwrap_or_default()
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

    /// The services that the typed text names.
    pub fn typed(&self) -> Vec<ServiceId> {
        let text = self.text.get();
        if text.trim().is_empty() { Vec::new() } else { choice(&self.board).named(&text) }
    }

    /// Adds the services that the typed text names. Those of a role only the server knows.
    pub fn add(&self) {
        let typed = self.text.get_untracked();
        if typed.trim().is_empty() {
            return;
        }
        if is_of_role(&typed) {
            let selection = self.clone();
            return spawn_local(async move {
                match rpc::matching(vec![typed]).await {
                    Ok(services) => selection.extend(services),
                    Err(error) => drop(selection.problem.try_set(Some(error.to_string()))),
                }
            });
        }
        let named = choice(&self.board).named(&typed);
        if named.is_empty() {
            return self.problem.set(Some(texts::no_service(typed.trim())));
        }
        self.extend(named);
    }

    fn extend(&self, services: Vec<ServiceId>) {
        // The form may have been closed.
        self.problem.try_set(None);
        self.text.try_set(String::new());
        let mut selected = self.selected.get_untracked();
        selected.extend(services.into_iter().filter(|service| !selected.contains(service)).collect::<Vec<_>>());
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
