use super::{get, viewer_of};
use crate::SiteAssets;
use std::sync::Arc;

/// A site with a part.
pub(super) fn site() -> SiteAssets {
    let files = ["/pkg/parts/chunk_1-0a.wasm", "/pkg/parts/service-1b.wasm"].map(str::to_owned);
    SiteAssets { version: Some("abc123".to_owned()), parts: Arc::new([("service".to_owned(), files.into())].into()) }
}

#[test]
fn the_document_of_a_page_names_the_files_of_its_part() {
    for (path, count) in [("/services/shop", 1), ("/", 0), ("/settings", 0), ("/login", 0)] {
        let (_, html) = get(path, viewer_of(Vec::new()));
        for file in ["/pkg/parts/chunk_1-0a.wasm", "/pkg/parts/service-1b.wasm"] {
            let head = html.split("</head>").next().unwrap_or_default();
            let links = head.split("<link ").filter(|link| link.contains(file));
            let links: Vec<_> = links.filter(|link| link.contains("rel=\"preload\"") && link.contains("as=\"fetch\"")).collect();
            assert_eq!(links.len(), count, "{path}: {html}");
        }
    }
}
