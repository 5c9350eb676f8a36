//! Links to a path with a percent sign in it, such as `/services/p-%2541`. The router would write that path decoded into the address, where
//! it means another service after a reload.

use leptos::ev::MouseEvent;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, EventTarget};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// What follows such links: a listener for clicks in a page.
pub fn percent_links() -> impl Fn(MouseEvent) + Clone {
    let navigate = use_navigate();
    move |event| {
        if let Some(address) = followed(&event) {
            event.prevent_default();
            navigate(&address, NavigateOptions { resolve: false, ..NavigateOptions::default() });
        }
    }
}

/// The address of the link, unless the browser follows it itself.
fn followed(event: &MouseEvent) -> Option<String> {
    let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    let target = event.target().filter(|_| is_plain && event.button() == 0 && !event.default_prevented());
    let element = target.and_then(|target: EventTarget| target.dyn_into::<Element>().ok())?;
    let link = element.closest("a[href*='%25']:not([rel~=external], [download], [target])").ok()??;
    link.get_attribute("href").filter(|address| has_percent_sign(address))
}

/// Whether the path of an address has a percent sign.
fn has_percent_sign(address: &str) -> bool {
    address.split('?').next().is_some_and(|path| path.contains("%25"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_with_a_percent_sign_are_followed() {
        assert!(has_percent_sign("/platus/services/p-%2541?range=7d"));
        for address in ["/services/a%2Fb", "/incidents?search=50%25", "/"] {
            assert!(!has_percent_sign(address), "{address}");
        }
    }
}
