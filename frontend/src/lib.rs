//! The entry of the browser: the page that the server has rendered is brought to life.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script of the document, once.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
