//! `services.yaml` and `users.yaml`.

use super::alerting::ALERTING;
use super::forms::{INTERVAL, TEXTS, TIMEOUT};
use yaml::declaration::Form::{AnyOf, Flag, List, Map, OpenMap, Secret, Text};
use yaml::declaration::{Key, Keys};

/// The keys of a service in `services.yaml`.
pub const SERVICE: Keys = &[
    &[
        Key::new("type", Text, "Check type. `platus plugins` lists them.").required(),
        Key::new(
            "use",
            TEXTS,
            "Templates of config.yaml that give what the service does not say itself. Of several, the later counts more.",
        ),
        Key::new(
            "for_each",
            List(&AnyOf(&[Text, OpenMap])),
            "Makes one service of each entry. `${each.value}` in the id and in values is an entry that is a text, `${each.KEY}` a value of an \
             entry that is a map.",
        ),
        Key::new(
            "discover",
            Map(DISCOVER_KEYS),
            "Makes one service of each target of a list that another program writes, in the form of Prometheus' `file_sd` and `http_sd`. \
             `${each.target}`, `${each.host}`, `${each.port}` and `${each.labels.NAME}` are those of the target.",
        ),
        Key::new("role", TEXTS, "Roles that see the service. Without a role, only `admin` sees it."),
        Key::new("interval", INTERVAL, "Seconds between two checks. Default: `check_interval` of config.yaml."),
        Key::new("timeout", TIMEOUT, "Time limit of one check. Seconds. Default: `timeout` in `properties`, else 30."),
        Key::new("properties", OpenMap, "How to connect. `platus plugins TYPE` lists the keys."),
        Key::new("data", OpenMap, "What to check, besides `type` (the group on the page) and `name` (the display name)."),
        Key::new("tags", TEXTS, "Labels by which the board is filtered: at most 16, each up to 32 characters."),
        Key::new(
            "depends_on",
            TEXTS,
            "Ids of services that this one needs. While one of them is down or unknown, failures of this service are not notified.",
        ),
        Key::new(
            "was",
            TEXTS,
            "Former ids of the service, the latest last. It continues with what is stored under the latest of them that has a history.",
        ),
    ],
    ALERTING,
];

/// The keys of `discover`.
pub(in crate::config) const DISCOVER_KEYS: Keys = &[&[
    Key::new("file", Text, "File with the list in JSON, relative to the folder of config.yaml."),
    Key::new("url", Text, "Address with the list in JSON: https://HOST/PATH."),
    Key::new("every", INTERVAL, "Seconds between two requests to `url`.").or("60"),
    Key::new("timeout", TIMEOUT, "Time limit of a request to `url`. Seconds.").or("10"),
    Key::new("headers", OpenMap, "Headers of the requests to `url`."),
    Key::new("verify", Flag, "Whether to verify the certificate of `url`.").or("true"),
    Key::new("ca", Text, "Certificate authority in PEM to trust in addition to those of the system."),
    Key::new("ca_file", Text, "File with `ca`, relative to the folder of config.yaml."),
    Key::new("allow_empty", Flag, "Whether a list without targets takes all services of the former list away.").or("false"),
    Key::new(
        "allow_in_commands",
        Flag,
        "Whether placeholders can stand in `env`, `directory` and the arguments of `command`: the list then decides what runs.",
    )
    .or("false"),
]];

/// The keys of `data` that every service has.
pub const DISPLAY: Keys = &[&[
    Key::new("type", Text, "Group on the page.").or("n/a"),
    Key::new("name", Text, "Display name. Default: the id of the service."),
]];

/// The keys of a user in `users.yaml`.
pub const USER: Keys = &[&[
    Key::new("role", TEXTS, "Roles of the user.").required(),
    Key::new("password", Secret, "Argon2 hash, or plain password. `platus users hash` makes hashes.").required(),
]];
