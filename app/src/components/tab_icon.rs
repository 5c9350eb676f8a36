use crate::model::State;

/// Shows the worst state in the icon of the tab. Does nothing on the server.
pub fn set_tab_icon(worst: Option<State>) {
    #[cfg(feature = "hydrate")]
    if let Ok(Some(link)) = leptos::prelude::document().query_selector("link[rel=icon]") {
        let file = match worst {
            None | Some(State::Operational) => "/favicon.svg",
            Some(State::Unknown) => "/favicon-unknown.svg",
            Some(State::Unhealthy) => "/favicon-unhealthy.svg",
            Some(State::Down) => "/favicon-down.svg",
        };
        // Fails only for an invalid attribute name.
        let _ = link.set_attribute("href", &crate::base_path::under_base(file));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = worst;
}
