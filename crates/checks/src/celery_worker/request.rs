//! The ping. It always has all fields: some versions of the workers crash or hang if one is missing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use uuid::Uuid;

pub(super) const CONTENT_TYPE: &str = "application/json";
pub(super) const CONTENT_ENCODING: &str = "utf-8";

/// One ping of all workers.
pub(super) struct Request {
    /// Identifies the answers to this ping, as opposed to late answers to earlier ones.
    pub(super) ticket: String,
    /// The exchange that every worker listens to.
    pub(super) exchange: String,
    /// The exchange for the answers.
    pub(super) reply_exchange: String,
}

impl Request {
    pub(super) fn new(control_exchange: &str) -> Self {
        Self {
            ticket: Uuid::new_v4().to_string(),
            exchange: format!("{control_exchange}.pidbox"),
            reply_exchange: format!("reply.{control_exchange}.pidbox"),
        }
    }

    /// The body, with the address for the answers.
    pub(super) fn body(&self, reply_exchange: &str, routing_key: &str) -> String {
        json!({
            "method": "ping",
            "arguments": {},
            "destination": null,
            "pattern": null,
            "matcher": null,
            "ticket": self.ticket,
            "reply_to": {"exchange": reply_exchange, "routing_key": routing_key},
        })
        .to_string()
    }

    /// The message on Redis: the body with the properties of an AMQP message. `expires` is in seconds since 1970.
    pub(super) fn envelope(&self, body: &str, expires: f64) -> String {
        json!({
            "body": STANDARD.encode(body),
            "content-encoding": CONTENT_ENCODING,
            "content-type": CONTENT_TYPE,
            "headers": {"clock": 1, "expires": expires},
            "properties": {
                "delivery_mode": 2,
                "delivery_info": {"exchange": self.exchange, "routing_key": ""},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": Uuid::new_v4().to_string(),
            },
        })
        .to_string()
    }
}
