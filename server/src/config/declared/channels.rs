//! The channels and their routes.

use super::alerting::HOURS;
use super::forms::{TEXTS, TIMEOUT};
use yaml::declaration::Form::{Map, Number, OneOrMany, OpenMap, Text, Whole, Words};
use yaml::declaration::{Form, Key, Keys};

/// A channel of `notify_backend`.
pub const CHANNEL: Keys = &[&[
    Key::new("type", Text, "Kind of the channel.").required(),
    Key::new("data", OpenMap, "How to reach the receiver. The keys depend on `type`."),
    Key::new(
        "name",
        Text,
        "Name of the channel: at most 64 letters, digits, `-`, `_` and `.`. Two channels of one type need different names. \
         Default: `type`.",
    ),
    Key::new("only", Map(ONLY), "Route: the incidents that the channel is notified of. Default: all."),
    Key::new("template", Text, "Template of the text, instead of the built-in text."),
    Key::new("group_window", GROUPING, "Seconds without a new alert after which collected alerts are sent.").or("5"),
    Key::new(
        "group_wait",
        GROUPING,
        "Longest time that a failure waits for other nodes that are failing but not yet confirmed. Seconds. Default: 30, or 0 with \
         `group_window: 0`.",
    ),
    Key::new("max_per_minute", Whole(1, 1000), "Notifications per minute. Further alerts are collected for the next one.").or("6"),
    Key::new(
        "give_up_after",
        Number(60.0, 30.0 * 86_400.0),
        "Seconds after which a notification that cannot be delivered is dropped.",
    )
    .or("86400"),
    Key::new("timeout", TIMEOUT, "Time limit of the receiver. Seconds.").or("30"),
]];

const GROUPING: Form = Number(0.0, 600.0);

/// `only` of a channel.
pub(in crate::config) const ONLY: Keys = &[&[
    Key::new("roles", TEXTS, "Services with one of these roles."),
    Key::new("types", TEXTS, "Services of these groups (`data.type`)."),
    Key::new("services", TEXTS, "Services with these ids; `*` matches any characters."),
    Key::new("states", OneOrMany(&STATE), "States of failures."),
    Key::new("hours", OneOrMany(&Map(HOURS)), "Weekly times at which the incident opens."),
]];

const STATE: Form = Words(&[
    ("down", "The service does not answer as expected."),
    ("unhealthy", "The service answers, but something is wrong."),
    ("unknown", "The state could not be determined."),
]);
