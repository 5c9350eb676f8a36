//! Has the server built anew when the site that goes into it has changed.

use std::env;

#[expect(clippy::disallowed_methods, reason = "a build script is configured by the environment")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PLATUS_SITE");
    if env::var_os("CARGO_FEATURE_SITE").is_some()
        && let Some(site) = env::var_os("PLATUS_SITE")
    {
        println!("cargo:rerun-if-changed={}", site.to_string_lossy());
    }
}
