//! The files that the browser loads.

use std::collections::HashMap;
use std::sync::Arc;

/// The files that the browser loads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteAssets {
    /// Changes when any of the files changes; letters and digits. `None` when the site was not built: the page then works as plain HTML,
    /// without styles and scripts.
    pub version: Option<String>,
    /// The addresses of the files of each part of the page, by the name of the part.
    pub parts: Arc<HashMap<String, Vec<String>>>,
}
