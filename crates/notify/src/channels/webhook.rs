//! A webhook: any receiver of HTTP requests. What it sends and how to verify the signature is written down in `docs/notifications.md`,
//! on which people rely.

mod signature;

use crate::http::{Endpoint, Http, Trust};
use crate::view::DeliveryView;
use crate::{Channel, ChannelError, Delivery, DeliveryError, Template};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};
use yaml::Secret;

/// Of the body, when the headers name no other.
const JSON: &str = "application/json";

/// The headers that say how long the request is and whom it is for: another value in them would break the request.
const OURS: [&str; 4] = ["connection", "content-length", "host", "transfer-encoding"];

pub struct Webhook {
    http: Http,
    hook: Endpoint,
    method: Method,
    headers: HeaderMap,
    body: Option<Template>,
    secret: Option<Secret>,
}

/// How to reach it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Address of the receiver. `user:password@` before the host is sent as Basic authentication, unless `headers` has `Authorization`.
    url: Secret,
    /// HTTP method. Default: `POST`.
    #[serde(default)]
    method: Verb,
    /// Request headers. Their values are never shown. Default: `Content-Type: application/json`.
    #[serde(default)]
    headers: BTreeMap<String, Secret>,
    /// Handlebars template of the body. Values are escaped for JSON strings, so put them in quotation marks: `"{{title}}"`.
    /// Default: the document below.
    body: Option<String>,
    /// Key of the signature in `X-Platus-Signature`. Default: no signature.
    secret: Option<Secret>,
    /// Certificate authorities in PEM to trust for this receiver, in addition to those of the system. Default: none.
    ca: Option<String>,
    /// Whether to verify the certificate of the receiver. Default: `true`.
    #[serde(default = "default_verify")]
    verify: bool,
}

/// The methods that have a body.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Verb {
    #[default]
    Post,
    Put,
    Patch,
}

fn default_verify() -> bool {
    true
}

impl Channel for Webhook {
    const NAME: &'static str = "webhook";

    type Data = Data;

    const EXAMPLE: &'static str = r#"
notify_backend:
  type: webhook
  data:
    url: https://chat.example.org/hooks/EXAMPLE
    headers:
      Authorization: Bearer EXAMPLE
    body: '{"room": "operations", "message": "{{text}}"}'
    secret: EXAMPLE
"#;

    fn connect(data: Data) -> Result<Self, ChannelError> {
        let mut hook = Endpoint::hook("url", &data.url)?;
        for secret in data.headers.values().chain(&data.secret) {
            hook = hook.withholding(secret);
            // `Bearer s3cret` may come back without the first word.
            hook = secret.expose().split_whitespace().fold(hook, |hook, word| hook.withholding(&Secret::new(word)));
        }
        let headers = headers(&data.headers)?;
        let body = data.body.map(|text| template(&text, &headers)).transpose()?;
        let method = match data.method {
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
            Verb::Patch => Method::PATCH,
        };
        let secret = data.secret.filter(|secret| !secret.expose().is_empty());
        let http = Http::new(Trust::Given { ca: data.ca.as_deref(), verify: data.verify })?;
        Ok(Self { http, hook, method, headers, body, secret })
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        let body = match &self.body {
            // A mistake that the samples have not shown; the message waits until somebody mends it.
            Some(template) => template.render(delivery).map_err(|error| DeliveryError::later(format!("`body`: {error}")))?,
            None => serde_json::to_string(&DeliveryView::from(delivery))
                .map_err(|error| DeliveryError::later(format!("the document cannot be written: {error}")))?,
        };
        let mut headers = self.headers.clone();
        if let Ok(key) = HeaderValue::from_str(&delivery.key) {
            headers.insert("idempotency-key", key);
        }
        if let Some(secret) = &self.secret {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            headers.insert("x-platus-signature", signature::header(secret, now, &body));
        }
        let request = self.http.request(self.method.clone()).headers(headers).body(body);
        self.http.send(request, &self.hook).await?.judge()
    }

    async fn test_connection(&self) -> Result<(), DeliveryError> {
        self.http.test_connection(&self.hook).await
    }

    fn shows_text(&self) -> bool {
        self.body.as_ref().is_none_or(Template::shows_text)
    }
}

fn headers(configured: &BTreeMap<String, Secret>) -> Result<HeaderMap, ChannelError> {
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(JSON))]);
    for (name, value) in configured {
        let key = name.parse::<HeaderName>().map_err(|_| ChannelError("`headers`: a name is no name of a header".to_owned()))?;
        if OURS.contains(&key.as_str()) {
            return Err(ChannelError(format!("`headers`: `{name}` is set by Platus; remove it")));
        }
        let mut value = HeaderValue::from_str(value.expose())
            .map_err(|_| ChannelError(format!("`headers`: the value of `{name}` has letters that a header must not have")))?;
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    Ok(headers)
}

/// What is meant to be JSON is looked at before there is news.
fn template(text: &str, headers: &HeaderMap) -> Result<Template, ChannelError> {
    let wrong = |error: &dyn std::fmt::Display| ChannelError(format!("`body` is no template that can be used: {error}"));
    let template = Template::of_json(text).map_err(|error| wrong(&error))?;
    let is_json = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| kind.contains("json"));
    if is_json {
        for sample in template.samples().map_err(|error| wrong(&error))? {
            serde_json::from_str::<serde::de::IgnoredAny>(&sample).map_err(|error| {
                wrong(&format!("what comes out is no JSON: {error}; if it is not meant to be, give the header `Content-Type`"))
            })?;
        }
    }
    Ok(template)
}

#[cfg(test)]
mod tests;
