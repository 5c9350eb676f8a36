//! The parts of the page, and what the browser loads of each. The board and what all pages share are in none.

use super::{
    AboutPage, ChannelsPage, ConfigurationPage, HealthPage, IncidentPage, IncidentsPage, ServicePage, SilencesPage, UsersPage,
};
use crate::deferred::{Deferred, Loaded, Part};
use crate::erased::IntoAny;
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;
use leptos_router::ChooseView;

/// The page `$page` of the part `$part`, as a view of a route: `$route()`. Functions with the same `$part` come into the same files.
macro_rules! deferred {
    ($route:ident, $part:ident, $page:ident, $render:ident, $load:ident) => {
        pub fn $route() -> impl ChooseView {
            #[wasm_split($part, wasm_split_path = leptos::wasm_split, preload($load), fallible)]
            fn $render() -> Loaded {
                Ok(view! { <$page /> }.into_any())
            }
            Deferred::new(Part(stringify!($part)), $load, $render)
        }
    };
}

deferred!(service, service, ServicePage, render_service, load_service);
deferred!(incidents, incidents, IncidentsPage, render_incidents, load_incidents);
deferred!(incident, incidents, IncidentPage, render_incident, load_incident);
deferred!(silences, silences, SilencesPage, render_silences, load_silences);
deferred!(health, settings, HealthPage, render_health, load_health);
deferred!(channels, settings, ChannelsPage, render_channels, load_channels);
deferred!(users, settings, UsersPage, render_users, load_users);
deferred!(configuration, settings, ConfigurationPage, render_configuration, load_configuration);
deferred!(about, settings, AboutPage, render_about, load_about);
