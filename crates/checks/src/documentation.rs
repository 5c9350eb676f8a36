//! The documentation that `platus plugins` prints.

use super::Plugin;
use std::collections::BTreeSet;
use yaml::{KeyDocumentation, document_keys, harmless};

/// The documentation of a check type, generated from its types so that it is always up to date.
#[derive(Clone, Debug)]
pub struct Documentation {
    pub name: &'static str,
    pub summary: &'static str,
    /// The keys of `properties`: how to connect.
    pub properties: Vec<KeyDocumentation>,
    /// The keys of `data`: what to check. Without `type` and `name`, which every service has.
    pub data: Vec<KeyDocumentation>,
    /// A complete service in YAML.
    pub example: &'static str,
}

impl Documentation {
    pub(super) fn of<P: Plugin>() -> Self {
        Self {
            name: P::NAME,
            summary: P::SUMMARY,
            properties: document_keys::<P::Properties>(),
            data: document_keys::<P::Data>(),
            example: P::EXAMPLE.trim_start_matches('\n'),
        }
    }

    /// The keys whose types cannot hold a secret.
    pub(super) fn harmless(&self) -> BTreeSet<String> {
        harmless(self.properties.iter().chain(&self.data))
    }
}
