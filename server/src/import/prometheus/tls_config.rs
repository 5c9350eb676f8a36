//! `tls_config` of a module.

use super::local_file::file;
use crate::import::keys::Keys;
use crate::import::model::Part;
use crate::import::value::{Map, Value};
use std::path::Path;

/// Sets how certificates are verified, and the client certificate. Nothing is set for a connection without TLS.
pub(super) fn set(service: &mut Part, mut keys: Keys<'_>, properties: &mut Map, folder: &Path, is_tls: bool) {
    if !is_tls {
        return;
    }
    if keys.flag("insecure_skip_verify") == Some(true) {
        properties.set("verify", Value::flag(false));
    }
    for (key, from) in [("ca_file", "ca_file"), ("cert_file", "cert_file"), ("key_file", "key_file")] {
        properties.set_if(key, keys.text(from).and_then(|path| file(path, folder, from, service)));
    }
    for key in ["ca", "cert", "key"] {
        properties.set_if(key, keys.text(key).map(Value::literal));
    }
}
