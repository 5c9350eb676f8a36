use crate::model::{IncidentFilter, IncidentStatus, IncidentsRequest, PeriodProblem, ServiceId, State};
use crate::texts::incidents as texts;
use crate::texts::period;

/// The part of the address of the list after the question mark: its filters and its page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAddress {
    pub filter: IncidentFilter,
    /// As in the API. Absent: the last 30 days.
    pub from: Option<String>,
    /// Absent: now.
    pub to: Option<String>,
    /// The page begins after the incident with this number.
    pub before: Option<u64>,
    /// Parameters that were not understood, each as a sentence that says what is shown instead.
    pub problems: Vec<String>,
}

impl ListAddress {
    /// Reads the parameters of the address. What cannot be understood is no condition.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut problems = Vec::new();
        let status = text("status").and_then(|text| {
            let status = IncidentStatus::ALL.into_iter().find(|status| status.as_str() == text);
            found(status, &text, texts::no_status, &mut problems)
        });
        let mut failing = State::BY_URGENCY.into_iter().filter(|state| !state.is_operational());
        let state = text("state")
            .and_then(|text| found(failing.find(|state| state.as_str() == text), &text, texts::no_state, &mut problems));
        let before = text("before").and_then(|text| found(text.parse().ok(), &text, texts::no_number, &mut problems));
        let (group, service, search) = (text("type"), text("service").map(ServiceId::new), text("search").unwrap_or_default());
        Self {
            filter: IncidentFilter { status, state, group, service, search },
            from: text("from"),
            to: text("to"),
            before,
            problems,
        }
    }

    /// The parameters, without those that are absent.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { filter: IncidentFilter { status, state, group, service, search }, from, to, before, .. } = self;
        let parameters = [
            ("status", status.map(|status| status.as_str().to_owned())),
            ("state", state.map(|state| state.as_str().to_owned())),
            ("type", group.clone()),
            ("service", service.as_ref().map(ToString::to_string)),
            ("search", Some(search.clone()).filter(|search| !search.is_empty())),
            ("from", from.clone()),
            ("to", to.clone()),
            ("before", before.map(|before| before.to_string())),
        ];
        parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The first page with another condition.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = Self { before: None, problems: Vec::new(), ..self.clone() };
        change(&mut changed);
        changed
    }

    /// The incidents of another time. Absent ends are the defaults.
    pub fn within(&self, from: Option<String>, to: Option<String>) -> Self {
        self.with(|address| (address.from, address.to) = (from, to))
    }

    /// Whether anything but the status is a condition.
    pub fn has_filters(&self) -> bool {
        self.with(|address| address.filter.status = None) != Self::default()
    }

    /// The same with what the server found wrong with the time: without that end, and with a sentence about it.
    pub fn as_shown(&self, wrong: Option<&PeriodProblem>) -> Self {
        let mut shown = self.clone();
        let Some(wrong) = wrong else { return shown };
        if !matches!(wrong, PeriodProblem::To(_)) {
            shown.from = None;
        }
        if !matches!(wrong, PeriodProblem::From(_)) {
            shown.to = None;
        }
        let says = match (&shown.from, &shown.to) {
            (Some(_), _) => period::shows_until_now,
            (None, Some(_)) => period::shows_30_days_before_to,
            (None, None) => period::shows_last_30_days,
        };
        shown.problems.push(says(&period::problem(wrong)));
        shown
    }

    pub fn request(&self) -> IncidentsRequest {
        let Self { filter, from, to, before, .. } = self.clone();
        IncidentsRequest { filter, from, to, before, zone: None }
    }
}

/// What a text stands for. Of one that was not understood the page says what is shown instead.
fn found<T>(value: Option<T>, text: &str, problem: fn(&str) -> String, problems: &mut Vec<String>) -> Option<T> {
    if value.is_none() {
        problems.push(problem(text));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &[(&str, &str)]) -> ListAddress {
        ListAddress::read(|name| parameters.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_address_is_read_and_written() {
        let parameters = [
            ("status", "acknowledged"),
            ("state", "down"),
            ("type", "App"),
            ("service", "shop"),
            ("search", "a & b"),
            ("from", "-7d"),
            ("to", "2026-11-29"),
            ("before", "77"),
        ];
        let address = read(&parameters);
        let written = address.parameters();
        assert_eq!(written.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>(), parameters);
        assert_eq!(address.filter.status, Some(IncidentStatus::Acknowledged));
        assert_eq!((address.request().before, address.request().to.as_deref()), (Some(77), Some("2026-11-29")));
    }

    #[test]
    fn what_is_not_understood_is_no_condition() {
        let address = read(&[("status", "done"), ("state", "operational"), ("type", " "), ("before", "x")]);
        assert_eq!(ListAddress { problems: Vec::new(), ..address.clone() }, ListAddress::default());
        assert!(address.parameters().is_empty() && !address.has_filters());
        assert_eq!(
            address.problems,
            [
                "`done` is not a status: use open, acknowledged or resolved; incidents of every status are shown.",
                "`operational` is not a state of an incident: use down, unhealthy or unknown; incidents of every state are shown.",
                "`x` is not the number of an incident; the first page is shown.",
            ]
        );
    }

    #[test]
    fn a_wrong_time_is_left_out_and_named() {
        let address = read(&[("from", "soon"), ("to", "-1d"), ("search", "db")]);
        assert_eq!(address.as_shown(None), address);
        let shown = address.as_shown(Some(&PeriodProblem::From("soon".to_owned())));
        assert_eq!(shown.problems, ["`from` is not a time: `soon`. The page shows the 30 days before `to`."]);
        assert_eq!(shown.parameters(), [("search", "db".to_owned()), ("to", "-1d".to_owned())]);
        let shown = address.as_shown(Some(&PeriodProblem::Empty));
        assert_eq!(shown.problems, ["The time must begin before its end and before now. The page shows the last 30 days."]);
        assert_eq!(shown.parameters(), [("search", "db".to_owned())]);
        let shown = read(&[("from", "-7d"), ("to", "later")]).as_shown(Some(&PeriodProblem::To("later".to_owned())));
        assert_eq!(shown.problems, ["`to` is not a time: `later`. The page shows the time until now."]);
    }

    #[test]
    fn another_condition_leads_to_the_first_page() {
        let address = read(&[("status", "open"), ("before", "77"), ("search", "db")]);
        let changed = address.with(|address| address.filter.status = None);
        assert_eq!(changed, read(&[("search", "db")]));
        assert_eq!(changed.within(Some("-7d".to_owned()), None), read(&[("search", "db"), ("from", "-7d")]));
        assert!(changed.has_filters() && !read(&[("status", "open")]).has_filters());
    }
}
