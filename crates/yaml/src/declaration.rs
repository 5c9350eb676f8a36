//! Declarations of the keys of a map: the one place that has the form, the default and the description of a key.
//!
//! [`Fields`](crate::fields::Fields) accepts only declared keys, and the JSON Schema of a file is made of them.

/// The keys of a map, in groups that several maps can share.
pub type Keys = &'static [&'static [Key]];

/// One key of a map.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub form: Form,
    /// As YAML. `None` if the default is no value of its own; the description then says what it is.
    pub default: Option<&'static str>,
    pub is_required: bool,
    /// Sentences.
    pub description: &'static str,
}

/// The form of a value. A value can always be a reference to the environment instead.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A number is its text.
    Text,
    /// A text that is never shown.
    Secret,
    Flag,
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// A number from the first to the second, for example of seconds.
    Number(f64, f64),
    /// One of these words, each with a sentence.
    Words(&'static [(&'static str, &'static str)]),
    List(&'static Form),
    /// A list, or one value as a list of one.
    OneOrMany(&'static Form),
    Map(Keys),
    AnyOf(&'static [Form]),
    /// A map whose keys depend on another key.
    OpenMap,
}

impl Key {
    pub const fn new(name: &'static str, form: Form, description: &'static str) -> Self {
        Self { name, form, default: None, is_required: false, description }
    }

    /// The same with a default, as YAML.
    pub const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// The same for a key that has to be given.
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }
}

impl Form {
    /// Whether a value of this form can hold a secret.
    pub fn is_secret(self) -> bool {
        match self {
            Self::Secret | Self::OpenMap => true,
            Self::Text | Self::Flag | Self::Whole(..) | Self::Number(..) | Self::Words(_) => false,
            Self::List(form) | Self::OneOrMany(form) => form.is_secret(),
            Self::Map(keys) => keys.iter().copied().flatten().any(|key| key.form.is_secret()),
            Self::AnyOf(forms) => forms.iter().any(|form| form.is_secret()),
        }
    }

    /// The keys of the maps of this form, those of inner maps included.
    pub fn keys(self) -> Vec<Key> {
        match self {
            Self::List(form) | Self::OneOrMany(form) => form.keys(),
            Self::AnyOf(forms) => forms.iter().flat_map(|form| form.keys()).collect(),
            Self::Map(keys) => all_keys(keys),
            Self::Text | Self::Secret | Self::Flag | Self::Whole(..) | Self::Number(..) | Self::Words(_) | Self::OpenMap => {
                Vec::new()
            }
        }
    }
}

/// These keys and those of the maps in their values.
pub fn all_keys(keys: Keys) -> Vec<Key> {
    keys.iter().copied().flatten().flat_map(|key| [*key].into_iter().chain(key.form.keys())).collect()
}
