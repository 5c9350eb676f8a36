//! Retries, reminders, flapping, and times.

use super::forms::{INTERVAL, TEXTS};
use yaml::declaration::Form::{AnyOf, Flag, Map, Number, OneOrMany, Text, Whole};
use yaml::declaration::{Form, Key, Keys};

/// The keys of incidents, in `config.yaml` and in a service.
pub(in crate::config) const ALERTING: &[Key] = &[
    Key::new("retries_before_notify", CHECKS, "Failed checks in a row that open an incident. 0 counts as 1.").or("3"),
    Key::new("successes_before_recovery", CHECKS, "Successful checks in a row that end an incident. 0 counts as 1.").or("1"),
    Key::new(
        "retry_interval",
        INTERVAL,
        "Seconds between checks while a failure or a recovery is not confirmed, at most `interval`. Default: `interval`.",
    ),
    Key::new(
        "reminder",
        AnyOf(&[Flag, PAUSE, Map(REMINDER)]),
        "Seconds after which a reminder of an open incident is sent, again and again, or a map. `false`: no reminders.",
    )
    .or("false"),
    Key::new(
        "flapping",
        AnyOf(&[Flag, Map(FLAPPING)]),
        "Whether frequent changes are notified as flapping. `true` means `{low: 25, high: 30}`.",
    )
    .or("false"),
];

const CHECKS: Form = Whole(0, u32::MAX as u64);

/// Seconds between two reminders.
const PAUSE: Form = Number(60.0, 30.0 * 86_400.0);

const PERCENT: Form = Number(0.0, 100.0);

/// `reminder` as a map.
pub(in crate::config) const REMINDER: Keys = &[&[
    Key::new("interval", PAUSE, "Seconds until the first reminder.").required(),
    Key::new("factor", Number(1.0, 10.0), "Each pause is multiplied by it.").or("1"),
    Key::new("longest", PAUSE, "Longest pause. Seconds.").or("86400"),
]];

/// `flapping` as a map.
pub(in crate::config) const FLAPPING: Keys = &[&[
    Key::new("low", PERCENT, "Percent of changes among the latest checks at which flapping ends.").or("25"),
    Key::new("high", PERCENT, "Percent of changes among the latest checks at which flapping begins.").or("30"),
]];

/// Weekly times.
pub(in crate::config) const HOURS: Keys = &[&[
    Key::new("days", TEXTS, "Days such as `mon`, `mon-fri` or `[sat, sun]`, on which the time begins. Default: all."),
    Key::new("from", Text, "Begin, `\"HH:MM\"` in quotes.").required(),
    Key::new("to", Text, "End, `\"HH:MM\"` in quotes. If it is not later than `from`, it is on the next day.").required(),
    Key::new("zone", Text, "Time zone, such as Europe/Berlin.").or("UTC"),
]];

/// One maintenance window.
pub(in crate::config) const MAINTENANCE: Keys = &[&[
    Key::new("services", TEXTS, "Ids of services; `*` matches any characters. Default: all."),
    Key::new("types", TEXTS, "Groups (`data.type`). Default: all."),
    Key::new("hours", OneOrMany(&Map(HOURS)), "Weekly times."),
    Key::new("cron", Text, "Begin, as a cron pattern: minute, hour, day, month, weekday. Needs `lasts`."),
    Key::new("lasts", Number(60.0, 7.0 * 86_400.0), "Duration of a window of `cron`. Seconds."),
    Key::new("from", Text, "Begin of a one-off window, such as 2026-12-24 18:00."),
    Key::new("until", Text, "End of a one-off window."),
    Key::new("zone", Text, "Time zone of `cron`, `from` and `until`.").or("UTC"),
]];
