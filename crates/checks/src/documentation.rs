//! What `platus plugins` prints.

use super::Plugin;
use std::collections::BTreeSet;
use yaml::{KeyDocumentation, document_keys, harmless};

/// What there is to know about a plugin, taken from its types, so that it cannot be out of date.
#[derive(Clone, Debug)]
pub struct Documentation {
    pub name: &'static str,
    pub summary: &'static str,
    /// The keys of `properties`: how to connect.
    pub properties: Vec<KeyDocumentation>,
    /// The keys of `data`: what to check. `type` and `name`, which every service has, are not among them.
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

    /// The keys whose values hold no secret by their type.
    pub(super) fn harmless(&self) -> BTreeSet<String> {
        harmless(self.properties.iter().chain(&self.data))
    }
}
