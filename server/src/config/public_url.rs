//! The key `public_url`: the address of the page in the browser.

use model::BasePath;
use url::Url;
use yaml::{LocatedError, Node};

/// The first segments of the addresses of Platus itself. A base path that begins with one of them could not be told from them.
pub const OWN_SEGMENTS: [&str; 14] = [
    "alerts",
    "api",
    "fonts",
    "incidents",
    "language",
    "login",
    "logout",
    "metrics",
    "pkg",
    "rpc",
    "services",
    "settings",
    "silences",
    "wall",
];

/// Reads the address. Its path is the base path.
pub(super) fn read_public_url(node: &Node) -> Result<Url, LocatedError> {
    let text: String = node.read()?;
    let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(url) = url else {
        let text = "expected where people find the page, for instance https://platus.example.org";
        return Err(LocatedError::new(&node.location, text));
    };
    if BasePath::parse(url.path()).is_none() {
        let text = format!("the path `{}` has other characters than letters, digits and -._~/; use a simpler one", url.path());
        return Err(LocatedError::new(&node.location, text));
    }
    let first = url.path_segments().and_then(|mut segments| segments.next()).unwrap_or_default();
    if OWN_SEGMENTS.contains(&first) {
        let text =
            format!("the path begins with `/{first}`, which is an address of Platus itself; use another one, such as /platus");
        return Err(LocatedError::new(&node.location, text));
    }
    Ok(url)
}

/// The path of this address, under which browsers see the site.
pub(super) fn base_path(url: Option<&Url>) -> BasePath {
    url.and_then(|url| BasePath::parse(url.path())).unwrap_or_default()
}
