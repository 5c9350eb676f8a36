use crate::address::{Query, use_query};
use crate::base_path::under_base;
use crate::board::BoardQuery;
use crate::live::{Shared, SharedSignal};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// How long a change waits before it is in the address: each letter of a word would otherwise change it.
const SETTLED: Duration = Duration::from_millis(300);

/// What the board shows, in step with the address of the page. Clones share it.
#[derive(Clone)]
pub struct BoardAddress {
    query: SharedSignal<BoardQuery>,
    /// Whether the latest change is a place of its own in the history of the browser.
    is_visit: Shared<bool>,
}

impl BoardAddress {
    /// Follows the address for as long as the calling component lives.
    pub fn new() -> Self {
        let address = use_query();
        let query = SharedSignal::new(address.with_untracked(read));
        let navigate = use_navigate();
        let (is_shown, is_visit) = (Shared::new(true), Shared::new(false));
        on_cleanup({
            let is_shown = is_shown.clone();
            move || is_shown.with(|is_shown| *is_shown = false)
        });
        // What the page wrote itself; the user may have typed on since then. Back and Forward lead to other addresses, and to it again.
        let written = Shared::new(None);
        Effect::new({
            let (query, written, address) = (query.clone(), written.clone(), address.clone());
            move |_| {
                let given = address.with(read);
                if written.with(|written| written.as_ref() != Some(&given.pairs())) {
                    written.with(|written| *written = None);
                    query.set(given);
                }
            }
        });
        Effect::new({
            let (query, is_visit) = (query.clone(), is_visit.clone());
            move |_| {
                let wanted = query.get();
                let (query, written, is_shown, navigate) = (query.clone(), written.clone(), is_shown.clone(), navigate.clone());
                let (address, is_visit) = (address.clone(), is_visit.clone());
                let write = move || {
                    let is_current = is_shown.with(|is_shown| *is_shown) && query.get_untracked() == wanted;
                    if !is_current {
                        return;
                    }
                    let replace = !is_visit.with(std::mem::take);
                    if address.with_untracked(read).pairs() != wanted.pairs() {
                        written.with(|written| *written = Some(wanted.pairs()));
                        // The router would leave out the slash between the base path and the parameters.
                        let options = NavigateOptions { resolve: false, replace, scroll: false, ..NavigateOptions::default() };
                        navigate(&under_base(&wanted.address()), options);
                    }
                };
                set_timeout(write, SETTLED);
            }
        });
        Self { query, is_visit }
    }

    /// What the board shows. The effect or memo that calls this runs again when it changes.
    pub fn get(&self) -> BoardQuery {
        self.query.get()
    }

    pub fn get_untracked(&self) -> BoardQuery {
        self.query.get_untracked()
    }

    pub fn set(&self, query: BoardQuery) {
        self.query.set(query);
    }

    /// Changes a part of it as a link does: Back leads to what was shown before.
    pub fn visit(&self, change: impl FnOnce(&mut BoardQuery)) {
        let before = self.get_untracked();
        let mut query = before.clone();
        change(&mut query);
        if query != before {
            self.is_visit.with(|is_visit| *is_visit = true);
            self.set(query);
        }
    }

    /// Changes a part of it. Back leads to the page before.
    pub fn change(&self, change: impl FnOnce(&mut BoardQuery)) {
        let mut query = self.get_untracked();
        change(&mut query);
        self.set(query);
    }
}

fn read(address: &Query) -> BoardQuery {
    BoardQuery::read(|key| address.all(key))
}
