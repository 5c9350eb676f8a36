//! The files of the page: WebAssembly, style, font, icon. They are part of the binary, compressed when it was built.

use app::SiteAssets;
use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::EmbeddedFile;
#[cfg(feature = "site")]
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// The folder that the build of the site wrote.
#[cfg(feature = "site")]
#[derive(RustEmbed)]
#[folder = "$PLATUS_SITE"]
struct Site;

/// Without the feature `site` there is no script and no style, and the page is the plain table that the server renders. Builds of
/// the inner loop are like that.
#[cfg(not(feature = "site"))]
struct Site;

#[cfg(not(feature = "site"))]
impl Site {
    fn get(_: &str) -> Option<EmbeddedFile> {
        None
    }
}

/// What the page's head has to know.
pub fn site() -> SiteAssets {
    static SITE: LazyLock<SiteAssets> = LazyLock::new(|| SiteAssets { version: version(), parts: Arc::new(parts()) });
    SITE.clone()
}

/// Changes whenever a file of the site does, so that browsers may keep files for ever. The script names the files of the parts, and so
/// changes with them.
fn version() -> Option<String> {
    let files = ["pkg/platus_bg.wasm", "pkg/platus.js", "pkg/platus.css"].map(|path| Some(etag_of(&Site::get(path)?)));
    let hashes: Option<Vec<String>> = files.into_iter().collect();
    Some(hashes?.iter().map(|hash| hash.get(..8).unwrap_or(hash)).collect())
}

/// The addresses of the files of each part of the page. The build wrote their paths, from the folder of the script.
fn parts() -> HashMap<String, Vec<String>> {
    let list = Site::get("pkg/parts.json");
    let mut parts: HashMap<String, Vec<String>> = list.and_then(|list| serde_json::from_slice(&list.data).ok()).unwrap_or_default();
    for file in parts.values_mut().flatten() {
        file.insert_str(0, "/pkg/");
    }
    parts
}

/// The file at this address, if there is one.
pub fn serve(uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let path = uri.path().strip_prefix('/')?;
    let file = Site::get(path)?;
    let etag = format!("\"{}\"", etag_of(&file));
    let is_versioned = uri.query().is_some_and(|query| query.starts_with("v="));
    // The names of these files hold sums of their content.
    let is_part = path.starts_with("pkg/parts/");
    let caching = if is_versioned || is_part { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (body, encoding) = smallest(path, file, headers);
        // A file is part of the program, and is not copied for each request.
        let body = match body.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        let mut response = body.into_response();
        let content_type = HeaderValue::from_str(content_type(path)).ok()?;
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        if let Some(encoding) = encoding {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    response.headers_mut().insert(ETAG, HeaderValue::from_str(&etag).ok()?);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    Some(response)
}

/// The form of the file that the browser understands and that was made smallest.
fn smallest(path: &str, plain: EmbeddedFile, headers: &HeaderMap) -> (EmbeddedFile, Option<&'static str>) {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
    let accepts =
        |encoding: &str| accepted.split(',').any(|token| token.split(';').next().is_some_and(|name| name.trim() == encoding));
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if accepts(encoding)
            && let Some(file) = Site::get(&format!("{path}.{ending}"))
        {
            return (file, Some(encoding));
        }
    }
    (plain, None)
}

fn etag_of(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        // Browsers show it as text, and would save Markdown to a file.
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
