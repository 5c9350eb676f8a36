//! `services.yaml` and `users.yaml`.

use super::alerting::ALERTING;
use super::forms::{INTERVAL, TEXTS, TIMEOUT};
use yaml::declaration::Form::{AnyOf, List, OpenMap, Secret, Text};
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
