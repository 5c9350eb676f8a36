//! Which Platus this is.

use std::sync::LazyLock;

/// The commit from which this was built. `None` for a build without the history of the repository, and for one by `cargo build` alone.
pub fn commit() -> Option<&'static str> {
    option_env!("PLATUS_COMMIT").filter(|commit| !commit.is_empty())
}

/// The version and, if it is known, the commit: `0.1.0 (1a2b3c4)`.
pub fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| with_commit(env!("CARGO_PKG_VERSION"), commit()));
    &TEXT
}

fn with_commit(version: &str, commit: Option<&str>) -> String {
    commit.map_or_else(|| version.to_owned(), |commit| format!("{version} ({commit})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commit_follows_the_version() {
        assert_eq!(with_commit("1.2.3", Some("1a2b3c4")), "1.2.3 (1a2b3c4)");
        assert_eq!(with_commit("1.2.3", None), "1.2.3");
        assert!(text().starts_with(env!("CARGO_PKG_VERSION")));
    }
}
