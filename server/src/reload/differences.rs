//! What a reload would change.

/// The differences between the files and the configuration in use. They have names and keys, and no values, which could be secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// By id.
    pub services: NamedDifferences,
    /// By name.
    pub users: NamedDifferences,
    /// By name.
    pub channels: NamedDifferences,
    /// Other keys of `config.yaml` that a reload would use.
    pub settings: Vec<String>,
    /// Keys of `config.yaml` that cannot change while Platus runs: a reload is refused because of them.
    pub restart: Vec<String>,
    /// Lists of services that a reload would not use, or not as a whole, each with the entry and the reason: which services they add and remove
    /// is not known.
    pub lists: Vec<String>,
    /// Why a reload would be refused: every error, with file, line and column.
    pub errors: Vec<String>,
}

/// Differences of things that have names, each sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedDifferences {
    pub added: Vec<String>,
    pub changed: Vec<Changed>,
    /// Services that have another id, and would keep their history. Never users or channels.
    pub renamed: Vec<Renamed>,
    pub removed: Vec<String>,
}

/// A service that is configured under another id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    pub name: String,
    /// The id in use, which `was` names.
    pub was: String,
    /// As those of a [`Changed`].
    pub keys: Vec<String>,
}

/// Something that is configured in another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub name: String,
    /// The keys whose values are others, such as `properties.port`. Empty if something else makes the difference, such as an error.
    pub keys: Vec<String>,
}

impl NamedDifferences {
    /// The same, by name.
    pub fn sorted(mut self) -> Self {
        self.added.sort();
        self.changed.sort_by(|a, b| a.name.cmp(&b.name));
        self.renamed.sort_by(|a, b| a.name.cmp(&b.name));
        self.removed.sort();
        self
    }
}
