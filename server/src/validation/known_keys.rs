//! Which keys are shown with their values in an excerpt.

use crate::config::{CONFIG, SERVICE, USER};
use checks::CheckTypes;
use notify::ChannelTypes;
use std::collections::BTreeSet;
use yaml::declaration::{Form, all_keys};

/// Keys of API keys, and of check types in a build without them.
const FURTHER_SECRET: [&str; 5] = ["access_key", "digest", "secret_key", "url", "username"];

/// The keys that an excerpt shows with their values, and those that it shows without.
pub(crate) struct KnownKeys {
    harmless: BTreeSet<String>,
    secret: BTreeSet<String>,
    /// Keys of maps, in which each key is looked at.
    maps: BTreeSet<String>,
}

impl KnownKeys {
    pub(crate) fn new() -> Self {
        let (mut harmless, mut maps) = (BTreeSet::new(), BTreeSet::new());
        let mut secret = BTreeSet::from(FURTHER_SECRET.map(str::to_owned));
        for key in [CONFIG, SERVICE, USER].into_iter().flat_map(all_keys) {
            let keys = match key.form {
                form if holds_maps(form) => &mut maps,
                form if form.is_secret() => &mut secret,
                _ => &mut harmless,
            };
            keys.insert(key.name.to_owned());
        }
        let check_types = CheckTypes::built_in();
        let documented = check_types.names().filter_map(|name| check_types.documentation(name));
        let of_checks = documented.flat_map(|plugin| plugin.properties.into_iter().chain(plugin.data));
        for key in of_checks.chain(ChannelTypes::built_in().keys()) {
            let keys = if key.secret { &mut secret } else { &mut harmless };
            keys.insert(key.key);
        }
        // A key that is harmless in one place and secret in another is secret.
        harmless.retain(|key| !secret.contains(key));
        Self { harmless, secret, maps }
    }

    /// Whether the value of this key is never a secret.
    pub(crate) fn is_harmless(&self, key: &str) -> bool {
        self.harmless.contains(key)
    }

    /// Whether the value of this key can be a secret, with everything in it.
    pub(crate) fn is_secret(&self, key: &str) -> bool {
        self.secret.contains(key)
    }

    /// Whether this is a key in any place.
    pub(crate) fn is_known(&self, key: &str) -> bool {
        self.harmless.contains(key) || self.secret.contains(key) || self.maps.contains(key)
    }
}

/// Whether keys stand in the values of this form.
fn holds_maps(form: Form) -> bool {
    match form {
        Form::Map(_) | Form::OpenMap => true,
        Form::List(form) | Form::OneOrMany(form) => holds_maps(*form),
        Form::AnyOf(forms) => forms.iter().any(|form| holds_maps(*form)),
        Form::Text | Form::Secret | Form::Flag | Form::Whole(..) | Form::Number(..) | Form::Words(_) => false,
    }
}
