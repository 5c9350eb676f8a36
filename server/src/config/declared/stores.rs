//! The store and the retention of history.

use yaml::declaration::Form::{OpenMap, Text, Words};
use yaml::declaration::{Form, Key, Keys};

/// `persistent_data_backend`.
pub const STORE: Keys = &[&[
    Key::new(
        "type",
        Words(&[
            ("sqlite", "A file on this machine."),
            ("redis", "A Redis server."),
            ("mongodb", "A MongoDB server or replica set."),
        ]),
        "Kind of the store.",
    )
    .required(),
    Key::new("data", OpenMap, "How to reach the store. The keys depend on `type`."),
]];

/// `retention`.
pub(in crate::config) const RETENTION: Keys = &[&[
    Key::new("raw", AGE, "Every check. A time such as 90m, 12h, 2d, 8w or 10y.").or("2d"),
    Key::new("minute", AGE, "Rollups per minute.").or("14d"),
    Key::new("hour", AGE, "Rollups per hour.").or("400d"),
    Key::new("day", AGE, "Rollups per day. Transitions and incidents are kept as long.").or("10y"),
]];

const AGE: Form = Text;
