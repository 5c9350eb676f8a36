use std::collections::BTreeSet;
use std::sync::Arc;

/// A set of role names. They are compared whole: `superadmin` is not `admin`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Arc<BTreeSet<String>>);

impl Roles {
    pub fn contains(&self, role: &str) -> bool {
        self.0.contains(role)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The roles that are in both.
    pub fn in_common(&self, other: &Self) -> Self {
        self.iter().filter(|role| other.contains(role)).collect()
    }

    /// Sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether any role is in both.
    pub fn meets(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }
}

impl<S: Into<String>> FromIterator<S> for Roles {
    fn from_iter<I: IntoIterator<Item = S>>(roles: I) -> Self {
        Self(Arc::new(roles.into_iter().map(Into::into).collect()))
    }
}
