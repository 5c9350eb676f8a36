//! The address that the browser shows, for the page at it. A page that is being left keeps its own.

use super::{Query, decode};
use crate::base_path::path_of;
use crate::live::Derived;
use leptos::prelude::Read;
use leptos_router::hooks::use_url;

/// The parameters of the address.
pub fn use_query() -> Derived<Query> {
    let url = use_url();
    Derived::new(move || Query::read(url.read().search()))
}

/// The part of the path after `prefix`, such as `/services/`; empty without one.
pub fn use_part(prefix: &'static str) -> Derived<String> {
    let url = use_url();
    Derived::new(move || {
        let path = path_of(url.read().path());
        let part = path.strip_prefix(prefix).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        decode(part)
    })
}
