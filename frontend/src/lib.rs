//! The entry point of the browser: hydrates the page that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, by the script of the document.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}
