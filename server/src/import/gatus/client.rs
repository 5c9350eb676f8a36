//! `client` of an endpoint.

use super::references::carried;
use crate::import::durations;
use crate::import::keys::Keys;
use crate::import::model::Part;
use crate::import::statuses::Redirects;
use crate::import::value::{Map, Value};
use std::path::Path;

/// Time limit in seconds of an endpoint without its own.
const DEFAULT_TIMEOUT: f64 = 10.0;

/// How an endpoint is asked.
pub(super) struct Client {
    /// In seconds.
    pub timeout: f64,
    pub is_insecure: bool,
    pub redirects: Redirects,
    proxy: Option<String>,
    /// Paths of certificate and key.
    certificate: Option<(String, String)>,
}

impl Client {
    pub(super) fn read(mut keys: Keys<'_>, service: &mut Part) -> Self {
        let timeout = keys.parsed("timeout", |text| durations::seconds(text).filter(|seconds| (0.001..=3_600.0).contains(seconds)));
        let mut tls = keys.map("tls");
        let certificate = match (tls.text("certificate-file"), tls.text("private-key-file")) {
            (Some(certificate), Some(key)) => Some((carried(certificate).into_owned(), carried(key).into_owned())),
            _ => None,
        };
        let client = Self {
            timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
            is_insecure: keys.flag("insecure") == Some(true),
            redirects: match keys.flag("ignore-redirect") {
                Some(true) => Redirects::NotFollowed,
                _ => Redirects::Followed,
            },
            proxy: keys.text("proxy-url").map(|proxy| carried(proxy).into_owned()),
            certificate,
        };
        if keys.flag("store-cookies") == Some(true) {
            service.lost("`client.store-cookies`: Platus sends no cookies of earlier answers");
        }
        if keys.text("network").is_some_and(|network| network != "ip") {
            service.lost("`client.network`: Platus uses IPv4 and IPv6");
        }
        client
    }

    /// Sets `verify`, the client certificate and the proxy of a `rest_http` service.
    pub(super) fn set_http(&self, properties: &mut Map, service: &mut Part) {
        self.set_verify(properties);
        properties.set_if("proxy", self.proxy.as_deref().map(Value::text));
        let Some((certificate, key)) = &self.certificate else { return };
        if [certificate, key].into_iter().all(|path| Path::new(path).is_absolute() && Path::new(path).is_file()) {
            properties.set("cert_file", Value::text(certificate));
            properties.set("key_file", Value::text(key));
        } else {
            service.lost(
                "the client certificate of `client.tls`, whose files are not on this machine; set `cert_file` and `key_file`",
            );
        }
    }

    /// Sets `verify` where certificates are not verified.
    pub(super) fn set_verify(&self, properties: &mut Map) {
        if self.is_insecure {
            properties.set("verify", Value::flag(false));
        }
    }
}
