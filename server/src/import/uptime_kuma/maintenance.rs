//! The maintenances, as maintenance windows.

use super::monitor::Places;
use super::record::Record;
use super::tables::Tables;
use crate::import::durations;
use crate::import::maintenance::{hours, minutes};
use crate::import::model::{Imported, Part, Presence};
use crate::import::value::Value;

const DAY: f64 = 86_400.0;

/// Days of the week by their number.
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Adds a window for each maintenance.
pub(super) fn add(tables: &Tables, places: &Places, imported: &mut Imported) {
    for row in &tables.maintenances {
        let mut window = Part::new(row.text("title").unwrap_or("maintenance"));
        let id = row.id("id").unwrap_or_default();
        let maintained = tables.maintained.iter().filter(|(maintenance, _)| *maintenance == id);
        let services = places.of(&maintained.map(|(_, monitor)| *monitor).collect());
        let is_off = row.get("active").is_some() && !row.flag("active");
        if services.is_empty() || is_off {
            window.presence = Presence::Commented;
            window.note(if is_off { "It is switched off in Uptime Kuma." } else { "It concerns no monitor." });
        }
        window.note(format!("`{}`", row.text("title").unwrap_or_default()));
        window.keys.set("services", Value::texts(services));
        if let Err(problem) = set_times(&mut window, row, tables.zone.as_deref()) {
            window.lost_altogether(problem);
        }
        imported.windows.push(window);
    }
}

fn set_times(window: &mut Part, row: &Record, server: Option<&str>) -> Result<(), &'static str> {
    let zone = match row.text("timezone") {
        None | Some("SAME_AS_SERVER") => {
            if server.is_none() {
                window.note("The time zone of Uptime Kuma's server is not in its database; this is UTC.");
            }
            server
        }
        given => given,
    };
    let strategy = row.text("strategy").unwrap_or("single");
    let span = || Some((minutes(row.text("start_time")?)?, minutes(row.text("end_time")?)?));
    match strategy {
        "single" => {
            let (from, until) = (row.text("start_date"), row.text("end_date"));
            let (Some(from), Some(until)) = (from, until) else { return Err("the maintenance, which has no begin or no end") };
            window.keys.set("from", Value::literal(from));
            window.keys.set("until", Value::literal(until));
            window.keys.set_if("zone", zone.map(Value::literal));
        }
        "recurring-weekday" => {
            let (from, to) = span().ok_or("the maintenance, which has no times")?;
            let days = row.list("weekdays");
            let days: Option<Vec<&str>> = days.iter().map(|day| DAYS.get(day.parse::<usize>().ok()? % 7).copied()).collect();
            let days = days.filter(|days| !days.is_empty()).ok_or("the maintenance, which has no days")?;
            window.keys.set("hours", hours(&days, from, to, zone));
        }
        "recurring-interval" if row.id("interval_day").unwrap_or(1) == 1 => {
            let (from, to) = span().ok_or("the maintenance, which has no times")?;
            window.keys.set("hours", hours(&[], from, to, zone));
        }
        "recurring-interval" => return Err("the maintenance: Platus has no windows of every so many days"),
        "recurring-day-of-month" => {
            let (from, to) = span().ok_or("the maintenance, which has no times")?;
            let days = row.list("days_of_month");
            if days.is_empty() || !days.iter().all(|day| day.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day))) {
                return Err("the maintenance, whose days of the month are not numbers");
            }
            let lasts = (to + 24 * 60 - from) % (24 * 60);
            window.keys.set("cron", Value::text(format!("{} {} {} * *", from % 60, from / 60, days.join(","))));
            window.keys.set("lasts", Value::number(u64::from(if lasts == 0 { 24 * 60 } else { lasts }) * 60));
            window.keys.set_if("zone", zone.map(Value::literal));
        }
        "cron" => {
            let lasts = row.number("duration").filter(|seconds| (60.0..=7.0 * DAY).contains(seconds));
            let (Some(cron), Some(lasts)) = (row.text("cron"), lasts) else {
                return Err("the maintenance, which has no usable duration");
            };
            window.keys.set("cron", Value::literal(cron));
            window.keys.set("lasts", Value::Plain(durations::shown(lasts)));
            window.keys.set_if("zone", zone.map(Value::literal));
        }
        _ => return Err("the maintenance, which begins by hand; use a silence of the kind `maintenance`"),
    }
    Ok(())
}
