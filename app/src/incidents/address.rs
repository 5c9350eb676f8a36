use crate::model::{IncidentFilter, IncidentStatus, IncidentsRequest, State};

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
}

impl ListAddress {
    /// Reads the parameters of the address. What cannot be understood is no condition.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let status = text("status").and_then(|text| IncidentStatus::ALL.into_iter().find(|status| status.as_str() == text));
        let failing = State::BY_URGENCY.into_iter().filter(|state| !state.is_operational());
        let state = text("state").and_then(|text| failing.clone().find(|state| state.as_str() == text));
        Self {
            filter: IncidentFilter { status, state, group: text("type"), search: text("search").unwrap_or_default() },
            from: text("from"),
            to: text("to"),
            before: text("before").and_then(|text| text.parse().ok()),
        }
    }

    /// The parameters, without those that are absent.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { filter: IncidentFilter { status, state, group, search }, from, to, before } = self;
        let parameters = [
            ("status", status.map(|status| status.as_str().to_owned())),
            ("state", state.map(|state| state.as_str().to_owned())),
            ("type", group.clone()),
            ("search", Some(search.clone()).filter(|search| !search.is_empty())),
            ("from", from.clone()),
            ("to", to.clone()),
            ("before", before.map(|before| before.to_string())),
        ];
        parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The first page with another condition.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = Self { before: None, ..self.clone() };
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

    pub fn request(&self) -> IncidentsRequest {
        let Self { filter, from, to, before } = self.clone();
        IncidentsRequest { filter, from, to, before, zone: None }
    }
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
        assert_eq!(address, ListAddress::default());
        assert!(address.parameters().is_empty() && !address.has_filters());
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
