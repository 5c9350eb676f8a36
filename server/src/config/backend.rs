use super::declared::STORE;
use super::redis_keywords;
use super::sources::Sources;
use notify::ChannelConfig;
use vault::VaultProperty;
use yaml::fields::Fields;
use yaml::{Located, LocatedError, Node, Value};

/// A store or a channel: which, and how to reach it. The part that `type` names reads the data.
#[derive(Clone, Debug)]
pub struct Backend {
    pub kind: Located<String>,
    /// A map.
    pub data: Node,
    /// What of the data is kept in Vault.
    pub vault: Vec<VaultProperty>,
}

impl Backend {
    /// What a channel is made of.
    pub fn channel(&self) -> ChannelConfig {
        ChannelConfig { kind: self.kind.clone(), data: self.data.clone() }
    }

    /// Reads `persistent_data_backend`.
    pub(super) fn read_store(
        node: &Node,
        sources: &Sources<'_>,
        vault_is_on: bool,
        tolerated: &mut Vec<LocatedError>,
    ) -> Result<Self, Vec<LocatedError>> {
        let mut fields = Fields::declared(node, STORE);
        let (kind, data) = Self::read_keys(&mut fields);
        let backend = kind.and_then(|kind| {
            let (data, warning) = match (kind.value.as_str(), data) {
                ("redis", Some(data)) => {
                    let (data, warning) = redis_keywords::translate(data);
                    (Some(data), warning)
                }
                (_, data) => (data, None),
            };
            tolerated.extend(warning.map(|warning| warning.under("data").under("persistent_data_backend")));
            Self::fill(kind, data, &mut fields, sources, vault_is_on)
        });
        match (backend, fields.finish()) {
            (Some(backend), errors) if errors.is_empty() => Ok(backend),
            (_, errors) => Err(errors),
        }
    }

    /// Reads `type` and `data` among other keys.
    pub(super) fn read_fields(fields: &mut Fields<'_>, sources: &Sources<'_>, vault_is_on: bool) -> Option<Self> {
        let (kind, data) = Self::read_keys(fields);
        Self::fill(kind?, data, fields, sources, vault_is_on)
    }

    fn read_keys(fields: &mut Fields<'_>) -> (Option<Located<String>>, Option<Node>) {
        let kind = fields.required("type", |node| Ok(Located { value: node.read::<String>()?, location: node.location.clone() }));
        let data = fields.read("data", |data| match data.value {
            Value::Map(_) => Ok(data.clone()),
            _ => Err(data.expected("a map of keys and values")),
        });
        (kind, data)
    }

    fn fill(
        kind: Located<String>,
        data: Option<Node>,
        fields: &mut Fields<'_>,
        sources: &Sources<'_>,
        vault_is_on: bool,
    ) -> Option<Self> {
        let data = data.unwrap_or_else(|| Node::empty_map(kind.location.clone()));
        let (data, unreadable) = sources.fill_files(data, &[]);
        let (data, vault, wrong) = vault::settings::take(data, vault_is_on);
        unreadable.into_iter().chain(wrong).for_each(|problem| fields.fail(problem.under("data")));
        Some(Self { kind, data, vault })
    }
}
