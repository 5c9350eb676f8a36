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
pub struct BoardAddress(SharedSignal<BoardQuery>);

impl BoardAddress {
    /// Follows the address for as long as the calling component lives.
    pub fn new() -> Self {
        let address = use_query();
        let query = SharedSignal::new(address.with_untracked(read));
        let navigate = use_navigate();
        let is_shown = Shared::new(true);
        on_cleanup({
            let is_shown = is_shown.clone();
            move || is_shown.with(|is_shown| *is_shown = false)
        });
        // What the page wrote itself; the user may have typed on since then.
        let written = Shared::new(None);
        Effect::new({
            let (query, written, address) = (query.clone(), written.clone(), address.clone());
            move |_| {
                let given = address.with(read);
                if written.with(|written| written.as_ref() != Some(&given.pairs())) {
                    query.set(given);
                }
            }
        });
        Effect::new({
            let query = query.clone();
            move |_| {
                let wanted = query.get();
                let (query, written, is_shown, navigate) = (query.clone(), written.clone(), is_shown.clone(), navigate.clone());
                let address = address.clone();
                let write = move || {
                    let is_current = is_shown.with(|is_shown| *is_shown) && query.get_untracked() == wanted;
                    if is_current && address.with_untracked(read).pairs() != wanted.pairs() {
                        written.with(|written| *written = Some(wanted.pairs()));
                        // The router would leave out the slash between the base path and the parameters.
                        let options =
                            NavigateOptions { resolve: false, replace: true, scroll: false, ..NavigateOptions::default() };
                        navigate(&under_base(&wanted.address()), options);
                    }
                };
                set_timeout(write, SETTLED);
            }
        });
        Self(query)
    }

    /// What the board shows. The effect or memo that calls this runs again when it changes.
    pub fn get(&self) -> BoardQuery {
        self.0.get()
    }

    pub fn get_untracked(&self) -> BoardQuery {
        self.0.get_untracked()
    }

    pub fn set(&self, query: BoardQuery) {
        self.0.set(query);
    }

    /// Changes a part of it.
    pub fn change(&self, change: impl FnOnce(&mut BoardQuery)) {
        let mut query = self.get_untracked();
        change(&mut query);
        self.set(query);
    }
}

fn read(address: &Query) -> BoardQuery {
    BoardQuery::read(|key| address.all(key))
}
