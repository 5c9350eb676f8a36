//! The values of the key `tls`; `email::Data::tls` documents them.

use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tls {
    Prefer,
    Required,
    Starttls,
    Implicit,
    None,
}
