//! What `services.yaml` may say about a service of this type.

use super::MOST_WORKERS;
use crate::any_case;
use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;
use yaml::{InvalidSetting, Secret};

const DEFAULT_CONTROL_EXCHANGE: &str = "celery";
const DEFAULT_VHOST: &str = "/";
/// What RabbitMQ is installed with, and what Celery takes when nothing is said.
const DEFAULT_CREDENTIALS: &str = "guest";

/// A day: a worker that has been taken away for good does not stay red for ever, and nobody misses a night.
const DEFAULT_FORGET_AFTER: f64 = 86_400.0;
/// Celery's own `inspect ping` waits as long.
const DEFAULT_ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// AMQP has 255 bytes for a name, and ours go round this one: `UUID.reply.NAME.pidbox`.
const LONGEST_NAME: usize = 200;

/// How to connect.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name or address of the broker, without protocol, port and path; IPv6 addresses with or without brackets. Also the name of the
    /// row that speaks of the broker, or of the workers as a whole.
    pub(super) host: String,
    /// Port; when absent 5672 for `amqp`, 5671 for `amqps`, 6379 for `redis` and `rediss`.
    port: Option<u16>,
    /// How to speak to the broker: `amqp` (default; `pyamqp` is the same), `amqps` (AMQP over TLS), `redis` or `rediss` (Redis over
    /// TLS). Redis has to be of version 6 or later. Celery 3.1 on Redis is not heard, unless its `fanout_prefix` is set.
    #[serde(default, deserialize_with = "any_case::lower")]
    pub(super) transport: Transport,
    /// User name; when absent `guest` for AMQP, and for Redis the default user.
    username: Option<String>,
    /// Password; when it is absent together with `username`, `guest` for AMQP, and none for Redis.
    password: Option<Secret>,
    /// Virtual host of AMQP, `/` when absent. It is taken as it stands here, without escaping.
    vhost: Option<String>,
    /// Number of the Redis database, 0 when absent.
    db: Option<u16>,
    /// The workers' setting `control_exchange`, `celery` when absent.
    control_exchange: Option<String>,
    /// Certificate of the client in PEM, followed by those of the intermediate authorities. Needs `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, not encrypted. It stays in memory.
    key: Option<Secret>,
    /// Whether the certificate of the broker is verified; `true` when absent.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Authorities in PEM that are trusted for this service, besides those of the system.
    ca: Option<String>,
    /// Seconds for the whole check, fractions allowed; 30 when absent. The `timeout` of the service wins over it.
    // The house reads it and hands it on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// How to speak to the broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Transport {
    /// Celery calls it by the name of the library as well.
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
    /// Names of workers, such as `celery@host`, that must answer. One that does not is `down`, also when it never did before. None
    /// when absent; a worker that has answered once is expected from then on anyway, until `forget_after`.
    expected_workers: Option<Vec<String>>,
    /// How many workers must answer at least. Fewer make the row of the broker `unhealthy`; that row is there whenever this is given.
    /// When absent, any number will do but none: when nobody answers, and nobody was expected or seen before, that row is `down`.
    min_workers: Option<u32>,
    /// Seconds after which a worker that has fallen silent has no row any more, fractions allowed; 86400, a day, when absent. With 0
    /// a silent worker is forgotten at once. Workers in `expected_workers` stay. A flush forgets, too, and so does a restart.
    forget_after: Option<f64>,
    /// Seconds that the workers have to answer, fractions allowed; when absent 1, or half of `timeout` if that is less. It must be less
    /// than `timeout`. When all workers that are known have answered, the check waits no longer than a moment for others.
    answer_within: Option<f64>,
}

/// An empty text in the file means the same as an absent key, as it did in Python.
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

    /// User name and password for Redis, which knows a password without a name.
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
