//! `config.yaml`.

use super::alerting::{ALERTING, MAINTENANCE};
use super::channels::CHANNEL;
use super::forms::{INTERVAL, TEXTS, TIMEOUT};
use super::stores::{RETENTION, STORE};
use vault::settings::VAULT_BACKEND;
use yaml::declaration::Form::{Flag, Map, OneOrMany, OpenMap, Secret, Text, Words};
use yaml::declaration::{Form, Key, Keys};

/// The keys of `config.yaml`.
pub const CONFIG: Keys = &[
    &[
        Key::new(
            "services",
            TEXTS,
            "Files of the services: a file, a folder with all *.yaml and *.yml files in and below it, a pattern such as teams/*.yaml, or a \
             list of these. A relative path is tried from the folder of config.yaml, then from the working directory.",
        )
        .or("services.yaml"),
        Key::new("users", TEXTS, "Files of the users, found in the same way.").or("users.yaml"),
        Key::new("templates", OpenMap, "Named parts of services. A service or another template names them with `use`."),
        Key::new(
            "defaults",
            OpenMap,
            "What services have that neither they nor their templates say: keys of a service, and `check_types` with those of each check type.",
        ),
        Key::new("keys", Text, "File of the API keys, relative to the folder of config.yaml. It is optional.").or("keys.yaml"),
        Key::new("listen", Text, "Address of the page and the API: ADDRESS:PORT.").or("0.0.0.0:5001"),
        Key::new(
            "public_url",
            Text,
            "Address of the page in the browser. Notifications then have links, and logins from this address are accepted.",
        ),
        Key::new("tls", Map(TLS), "Certificate of the page, for HTTPS."),
        Key::new("trusted_proxies", TEXTS, "Addresses or networks of reverse proxies whose forwarding headers are trusted."),
        Key::new(
            "session_key",
            Secret,
            "Key of the session cookies, at least 64 bytes. Default: the file session.key, which Platus makes.",
        ),
        Key::new("reload", RELOAD, "Whether a changed file is used without a request.").or("auto"),
        Key::new("log_level", LOG_LEVEL, "Least severe log level that is written.").or("info"),
        Key::new(
            "check_interval",
            INTERVAL,
            "Seconds between two checks of a service. If the key is absent, the environment variable CHECK_INTERVAL counts.",
        )
        .or("60"),
        Key::new("notify", Flag, "Whether notifications are sent.").or("false"),
        Key::new("notify_backend", OneOrMany(&Map(CHANNEL)), "Channels: where notifications go."),
        Key::new("maintenance", OneOrMany(&Map(MAINTENANCE)), "Maintenance windows: planned work without notifications."),
        Key::new("views", OneOrMany(&Map(VIEW)), "Views of the board for everyone: filters under a name."),
        Key::new("connectivity", TEXTS, "Ids of reference services, whose failure shows that Platus itself is offline."),
        Key::new("persistent_data", Flag, "`false` keeps everything in memory only.").or("true"),
        Key::new("persistent_data_backend", Map(STORE), "Store. Default: the file platus.db beside config.yaml."),
        Key::new("retention", Map(RETENTION), "How long history is kept."),
        Key::new("connect_timeout", TIMEOUT, "How long the start waits for the store. Seconds.").or("10"),
        Key::new(
            "start_without_store",
            Flag,
            "Whether to start while the store is unavailable. Default: `true` for redis, for mongodb and without \
             `persistent_data_backend`; `false` for a configured sqlite.",
        ),
        Key::new("vault", Flag, "Whether values are read from Vault.").or("false"),
        Key::new("vault_backend", Map(VAULT_BACKEND), "How to reach Vault."),
    ],
    ALERTING,
];

const LOG_LEVEL: Form = Words(&[
    ("error", "Errors."),
    ("warn", "Errors and warnings."),
    ("info", "Also what happens."),
    ("debug", "Also details for the search of errors."),
    ("trace", "Everything."),
    ("critical", "The same as `error`."),
    ("warning", "The same as `warn`."),
]);

const RELOAD: Form = Words(&[
    ("auto", "Within seconds after a file has changed, and when it is requested."),
    ("manual", "When it is requested: by SIGHUP or the API."),
]);

/// One of `views`.
pub(in crate::config) const VIEW: Keys = &[&[
    Key::new("name", Text, "Name of the view, at most 40 characters.").required(),
    Key::new("search", Text, "Words of the filter."),
    Key::new("state", STATE, "The only state that is shown."),
    Key::new("tag", Text, "The only tag that is shown."),
    Key::new("sort", SORT, "Order of the rows of a group.").or("state"),
    Key::new("density", DENSITY, "Height of the rows.").or("compact"),
]];

const STATE: Form = Words(&[
    ("down", "Services that are down."),
    ("unhealthy", "Services that are unhealthy."),
    ("unknown", "Services whose state is unknown."),
    ("operational", "Services that are operational."),
    ("paused", "Services that are paused."),
]);

const SORT: Form =
    Words(&[("state", "The most urgent state first."), ("name", "By name."), ("response", "The slowest check first.")]);

const DENSITY: Form = Words(&[("compact", "Low rows."), ("comfortable", "High rows.")]);

/// `tls`.
pub(in crate::config) const TLS: Keys = &[&[
    Key::new("cert", Text, "File in PEM: the certificate, followed by those of the intermediate authorities.").required(),
    Key::new("key", Text, "File in PEM with the private key.").required(),
]];
