//! The maintenance windows of the configuration as users read them.

use super::maintenance::{Maintenance, MaintenanceWindow, Recurring, Scope};
use super::occurrences::occurrences;
use chrono::{DateTime, FixedOffset};
use model::{MaintenanceWindowView, Occurrence, ServiceId, WindowRule, WindowScope, WindowTime, duration_text};

/// The services that a user may see, each with its group.
pub type Visible<'a> = [(&'a ServiceId, &'a str)];

impl Maintenance {
    /// The windows that cover a service that the user may see. Their texts name no other service.
    pub fn views(&self, visible: &Visible<'_>, now: DateTime<FixedOffset>) -> Vec<MaintenanceWindowView> {
        self.windows().iter().filter_map(|window| window.view(visible, now)).collect()
    }
}

impl MaintenanceWindow {
    fn view(&self, visible: &Visible<'_>, now: DateTime<FixedOffset>) -> Option<MaintenanceWindowView> {
        let Self { scope, times } = self;
        visible.iter().any(|(service, group)| scope.has(service, group)).then(|| MaintenanceWindowView {
            scope: scope.view(visible),
            times: times.iter().map(Recurring::view).collect(),
            until: self.end(now),
            occurrences: occurrences(times, now),
        })
    }
}

impl Scope {
    fn view(&self, visible: &Visible<'_>) -> WindowScope {
        let services = self.services.as_ref().map(|patterns| {
            let shown = patterns.iter().filter(|pattern| visible.iter().any(|(service, _)| pattern.matches(service.as_str())));
            shown.map(|pattern| pattern.as_str().to_owned()).collect()
        });
        let types = self.types.as_ref().map(|types| {
            let shown = types.iter().filter(|known| visible.iter().any(|(_, group)| group == known));
            shown.cloned().collect()
        });
        WindowScope { services, types }
    }
}

impl Recurring {
    fn view(&self) -> WindowTime {
        let rule = match self {
            Self::Once { from, until } => WindowRule::Once(Occurrence { from: *from, until: *until }),
            Self::Hours(hours) => WindowRule::Recurs(hours.rule().clone()),
            Self::Cron { pattern, zone, lasts } => WindowRule::Cron {
                pattern: pattern.as_str().to_owned(),
                zone: zone.name().to_owned(),
                lasts: u64::try_from(lasts.num_milliseconds()).unwrap_or_default(),
            },
        };
        WindowTime { text: self.text(), rule }
    }

    fn text(&self) -> String {
        match self {
            Self::Once { from, until } => format!("{} to {}", from.format("%Y-%m-%d %H:%M"), until.format("%Y-%m-%d %H:%M %:z")),
            Self::Hours(hours) => hours.text(),
            Self::Cron { pattern, zone, lasts } => {
                format!("cron `{}`, for {}, {zone}", pattern.as_str(), duration_text(lasts.to_std().unwrap_or_default()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Hours, Pattern};
    use chrono::{NaiveTime, TimeDelta, Weekday};
    use chrono_tz::Tz;
    use croner::Cron;
    use std::str::FromStr;
    use std::sync::Arc;
    use test_support::noon;

    fn windows() -> Vec<MaintenanceWindow> {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let weekly = |days: &[Weekday]| Recurring::Hours(Hours::weekly(days.to_vec(), time(2), time(14), Tz::Europe__Berlin));
        let cron = Recurring::Cron {
            pattern: Box::new(Cron::from_str("0 2 1 * *").unwrap()),
            zone: Tz::UTC,
            lasts: TimeDelta::minutes(90),
        };
        let once = Recurring::Once { from: noon() - TimeDelta::hours(1), until: noon() + TimeDelta::hours(1) };
        let named = |names: &[&str]| Some(names.iter().map(|name| Pattern::new(name).unwrap()).collect());
        let types = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        vec![
            MaintenanceWindow { scope: Scope::default(), times: vec![once] },
            MaintenanceWindow {
                scope: Scope { services: named(&["db-*", "hidden"]), types: None },
                times: vec![weekly(&[Weekday::Mon, Weekday::Sun]), cron],
            },
            MaintenanceWindow { scope: Scope { services: named(&["hidden"]), types: None }, times: vec![weekly(&[Weekday::Mon])] },
            MaintenanceWindow {
                scope: Scope { services: named(&["*"]), types: types(&["Infra", "Secret"]) },
                times: vec![weekly(&[Weekday::Fri, Weekday::Wed, Weekday::Thu])],
            },
        ]
    }

    #[test]
    fn the_texts_name_only_what_the_user_may_see() {
        let (write_requests, _entries) = storage::write_requests::WriteRequests::new();
        let silences = Arc::new(super::super::Silences::new(&storage::StoreSnapshot::default(), write_requests));
        let maintenance = Maintenance::new(windows(), silences);
        let (db, web) = (ServiceId::new("db-1"), ServiceId::new("web"));
        let texts: Vec<_> = maintenance
            .views(&[(&db, "Infra"), (&web, "App")], noon())
            .into_iter()
            .map(|MaintenanceWindowView { scope, times, until, .. }| {
                let times: Vec<_> = times.into_iter().map(|time| time.text).collect();
                format!("{scope}: {}{}", times.join("; "), if until.is_some() { " (now)" } else { "" })
            })
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @r"
        all services: 2017-04-30 11:00 to 2017-04-30 13:00 +02:00 (now)
        db-*: Mon, Sun, 02:00 to 14:00, Europe/Berlin; cron `0 2 1 * *`, for 1 h 30 min, UTC (now)
        * of type Infra: Wed to Fri, 02:00 to 14:00, Europe/Berlin
        ");
        assert!(maintenance.views(&[(&web, "App")], noon()).len() == 1, "windows of other services are left out");
    }
}
