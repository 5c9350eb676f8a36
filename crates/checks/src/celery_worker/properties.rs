//! The keys of a service of this type in `services.yaml`.

use super::roll_call::MOST_WORKERS;
use crate::any_case;
use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;
use yaml::{InvalidSetting, Secret};

const DEFAULT_CONTROL_EXCHANGE: &str = "celery";
const DEFAULT_VHOST: &str = "/";
/// The default user and password of RabbitMQ and Celery.
const DEFAULT_CREDENTIALS: &str = "guest";

/// One day: long enough to notice a failure overnight, and a worker that was removed does not stay down forever.
const DEFAULT_FORGET_AFTER: f64 = 86_400.0;
/// As in `celery inspect ping`.
const DEFAULT_ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// AMQP allows 255 bytes for a name, and this one is a part of others: `UUID.reply.NAME.pidbox`.
const LONGEST_NAME: usize = 200;

/// How to connect.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name or address of the broker, without protocol, port and path; IPv6 addresses with or without brackets. Also the name of
    /// the row for the broker and for all workers together.
    pub(super) host: String,
    /// Port. Default: 5672 for `amqp`, 5671 for `amqps`, 6379 for `redis` and `rediss`.
    port: Option<u16>,
    /// Protocol of the broker: `amqp` (`pyamqp` is the same), `amqps` (AMQP over TLS), `redis` or `rediss` (Redis over TLS). Redis
    /// needs version 6 or later. Workers of Celery 3.1 on Redis are found only if their `fanout_prefix` is set. Default: `amqp`.
    #[serde(default, deserialize_with = "any_case::lower")]
    pub(super) transport: Transport,
    /// User name. Default: `guest` for AMQP, and the default user for Redis.
    username: Option<String>,
    /// Password. Default, if `username` is absent, too: `guest` for AMQP, none for Redis.
    password: Option<Secret>,
    /// Virtual host of AMQP, without escaping. Default: `/`.
    vhost: Option<String>,
    /// Number of the Redis database. Default: 0.
    db: Option<u16>,
    /// The setting `control_exchange` of the workers. Default: `celery`.
    control_exchange: Option<String>,
    /// Client certificate in PEM, followed by those of the intermediate authorities. Requires `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, unencrypted. It is kept in memory only.
    key: Option<Secret>,
    /// Whether the certificate of the broker is verified. Default: `true`.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Authorities in PEM that are trusted for this service, in addition to those of the system.
    ca: Option<String>,
    /// Timeout of the whole check in seconds, fractions allowed. Default: 30. The `timeout` of the service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// The protocol of the broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Transport {
    /// Celery also accepts the name of its library.
    #[default]
    #[serde(alias = "pyamqp")]
    Amqp,
    Amqps,
    Redis,
    Rediss,
}

impl Transport {
    pub(super) fn is_redis(self) -> bool {
        matches!(self, Self::Redis | Self::Rediss)
    }

    pub(super) fn is_encrypted(self) -> bool {
        matches!(self, Self::Amqps | Self::Rediss)
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Amqp => 5672,
            Self::Amqps => 5671,
            Self::Redis | Self::Rediss => 6379,
        }
    }
}

/// What to check.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Names of workers that must answer, such as `celery@host`. A missing one is `down`, even if it never answered before. Other
    /// workers are expected once they have answered, until `forget_after`. Default: none.
    expected_workers: Option<Vec<String>>,
    /// Minimum number of workers that answer. With fewer, the row of the broker is `unhealthy`; with this key that row is always
    /// shown. Default: no minimum, but if no worker answers, and none was expected or seen before, that row is `down`.
    min_workers: Option<u32>,
    /// Seconds after its last answer until the row of a worker is removed, fractions allowed. With 0 a silent worker is removed
    /// immediately. Workers in `expected_workers` are never removed. A reset of all states and a restart also remove silent
    /// workers. Default: 86400 (a day).
    forget_after: Option<f64>,
    /// Seconds to wait for answers, fractions allowed; less than `timeout`. Once all known workers have answered, the check waits
    /// only 0.1 seconds for others. Default: 1, or half of `timeout` if that is less.
    answer_within: Option<f64>,
}

/// An empty string in the file means the same as an absent key, as in the original.
impl Properties {
    pub(super) fn port(&self) -> u16 {
        self.port.unwrap_or(self.transport.default_port())
    }

    /// User name and password for AMQP.
    pub(super) fn amqp_credentials(&self) -> (&str, &str) {
        match (self.username(), self.password()) {
            (None, None) => (DEFAULT_CREDENTIALS, DEFAULT_CREDENTIALS),
            (username, password) => (username.unwrap_or(DEFAULT_CREDENTIALS), password.unwrap_or_default()),
        }
    }

    /// User name and password for Redis, which allows a password without a name.
    pub(super) fn redis_credentials(&self) -> Result<Option<(Option<&str>, &str)>, InvalidSetting> {
        match (self.username(), self.password()) {
            (username, Some(password)) => Ok(Some((username, password))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(InvalidSetting::new("`username` needs a `password`")),
        }
    }

    pub(super) fn vhost(&self) -> Result<&str, InvalidSetting> {
        if self.db.is_some() {
            return Err(InvalidSetting::new("`db` is for Redis; AMQP has `vhost`"));
        }
        let vhost = filled(self.vhost.as_deref()).unwrap_or(DEFAULT_VHOST);
        short("vhost", vhost).map(|()| vhost)
    }

    pub(super) fn db(&self) -> Result<u16, InvalidSetting> {
        match filled(self.vhost.as_deref()) {
            Some(_) => Err(InvalidSetting::new("`vhost` is for AMQP; Redis has `db`")),
            None => Ok(self.db.unwrap_or_default()),
        }
    }

    pub(super) fn control_exchange(&self) -> Result<String, InvalidSetting> {
        let name = filled(self.control_exchange.as_deref()).unwrap_or(DEFAULT_CONTROL_EXCHANGE);
        short("control_exchange", name).map(|()| name.to_owned())
    }

    pub(super) fn tls(&self) -> TlsSettings<'_> {
        TlsSettings { verify: self.verify, ca: self.ca.as_deref(), cert: self.cert.as_ref(), key: self.key.as_ref() }
    }

    fn username(&self) -> Option<&str> {
        filled(self.username.as_deref())
    }

    fn password(&self) -> Option<&str> {
        filled(self.password.as_ref().map(Secret::expose))
    }
}

impl Data {
    pub(super) fn expected_workers(&self) -> Result<BTreeSet<String>, InvalidSetting> {
        let names: BTreeSet<_> = self.expected_workers.iter().flatten().filter(|name| !name.is_empty()).cloned().collect();
        if names.len() > MOST_WORKERS {
            return Err(InvalidSetting::new(format!(
                "`expected_workers` may have {MOST_WORKERS} names at most; give `min_workers` instead"
            )));
        }
        Ok(names)
    }

    pub(super) fn min_workers(&self) -> Option<usize> {
        self.min_workers.filter(|least| *least > 0).and_then(|least| usize::try_from(least).ok())
    }

    pub(super) fn forget_after(&self) -> Result<Duration, InvalidSetting> {
        Duration::try_from_secs_f64(self.forget_after.unwrap_or(DEFAULT_FORGET_AFTER))
            .map_err(|_| InvalidSetting::new("`forget_after` must be seconds, 0 or more"))
    }

    /// `timeout` is that of the whole check.
    pub(super) fn answer_within(&self, timeout: Duration) -> Result<Duration, InvalidSetting> {
        let Some(seconds) = self.answer_within else { return Ok(DEFAULT_ANSWER_WITHIN.min(timeout / 2)) };
        Duration::try_from_secs_f64(seconds).ok().filter(|window| !window.is_zero() && *window < timeout).ok_or_else(|| {
            InvalidSetting::new(format!("`answer_within` must be more than 0 and less than `timeout`, {} s", timeout.as_secs_f64()))
        })
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn short(property: &str, name: &str) -> Result<(), InvalidSetting> {
    if name.len() > LONGEST_NAME {
        return Err(InvalidSetting::new(format!("`{property}` may have {LONGEST_NAME} bytes at most")));
    }
    Ok(())
}

fn default_verify() -> bool {
    true
}
