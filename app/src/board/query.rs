use super::condition::Condition;
use crate::address;
use crate::model::ServiceId;
use crate::texts::board as texts;
use std::collections::BTreeSet;

/// What the address says about the board: `?q=…&state=…&tag=…&sort=…&density=…&open=…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardQuery {
    /// The words of the filter.
    pub text: String,
    /// The only state to show, or paused services.
    pub state: Option<Condition>,
    /// The only tag to show.
    pub tag: Option<String>,
    pub sort: Sort,
    pub density: Density,
    /// The services whose nodes are shown.
    pub open: BTreeSet<ServiceId>,
}

/// The order of the rows of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The most urgent state first.
    #[default]
    State,
    Name,
    /// The slowest check first.
    Response,
}

/// The height of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    #[default]
    Compact,
    Comfortable,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::State, Self::Name, Self::Response];

    /// The value in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Name => "name",
            Self::Response => "response",
        }
    }

    /// The order with this value; the default for any other text.
    pub fn of(text: &str) -> Self {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text).unwrap_or_default()
    }
}

impl Density {
    /// The value in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Comfortable => "comfortable",
        }
    }

    /// The height with this value; the default for any other text.
    pub fn of(text: &str) -> Self {
        [Self::Compact, Self::Comfortable].into_iter().find(|density| density.as_str() == text).unwrap_or_default()
    }
}

impl BoardQuery {
    /// Reads an address, of which `all` gives the values of a key. Unknown values count as absent. Links in notifications have `search`
    /// for `q`.
    pub fn read(all: impl Fn(&str) -> Vec<String>) -> Self {
        let given = |key: &str| all(key).into_iter().next().filter(|value| !value.is_empty());
        Self {
            text: given("q").or_else(|| given("search")).unwrap_or_default(),
            state: given("state").and_then(|state| Condition::named(&state)),
            tag: given("tag"),
            sort: Sort::of(&given("sort").unwrap_or_default()),
            density: Density::of(&given("density").unwrap_or_default()),
            open: all("open").into_iter().filter(|id| !id.is_empty()).map(ServiceId::new).collect(),
        }
    }

    /// What of an address is not understood, each as a sentence that says what is shown instead.
    pub fn problems(all: impl Fn(&str) -> Vec<String>) -> Vec<String> {
        let wrong = |key: &str, is_known: &dyn Fn(&str) -> bool| {
            all(key).into_iter().next().filter(|value| !value.is_empty() && !is_known(value))
        };
        let state = wrong("state", &|value| Condition::named(value).is_some()).map(|value| texts::no_state(&value));
        let sort = wrong("sort", &|value| Sort::of(value).as_str() == value).map(|value| texts::no_sort(&value));
        let density = wrong("density", &|value| Density::of(value).as_str() == value).map(|value| texts::no_density(&value));
        [state, sort, density].into_iter().flatten().collect()
    }

    /// The keys and values of the address, without those that have their default.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("q", self.text.trim().to_owned()),
            ("state", self.state.map(Condition::as_str).unwrap_or_default().to_owned()),
            ("tag", self.tag.clone().unwrap_or_default()),
            ("sort", if self.sort == Sort::default() { "" } else { self.sort.as_str() }.to_owned()),
            ("density", if self.density == Density::default() { "" } else { self.density.as_str() }.to_owned()),
        ];
        let open = self.open.iter().map(|id| ("open", id.to_string()));
        pairs.into_iter().chain(open).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The address of the board.
    pub fn address(&self) -> String {
        address::with("/", self.pairs())
    }

    /// The same with the nodes of a service shown, or hidden when they are shown.
    pub fn toggled(&self, service: &ServiceId) -> Self {
        let mut query = self.clone();
        if !query.open.remove(service) {
            query.open.insert(service.clone());
        }
        query
    }

    /// Whether rows are hidden.
    pub fn is_filtered(&self) -> bool {
        !self.text.trim().is_empty() || self.state.is_some() || self.tag.is_some()
    }

    /// The same with all rows.
    pub fn unfiltered(&self) -> Self {
        Self { text: String::new(), state: None, tag: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> BoardQuery {
        BoardQuery::read(|key| pairs.iter().filter(|(other, _)| *other == key).map(|(_, value)| (*value).to_owned()).collect())
    }

    #[test]
    fn an_address_says_the_same_after_it_is_written() {
        for pairs in [
            &[][..],
            &[
                ("q", "pay 503"),
                ("state", "down"),
                ("tag", "tier-1"),
                ("sort", "name"),
                ("density", "comfortable"),
                ("open", "a"),
                ("open", "b, c"),
            ],
            &[("sort", "response")],
        ] {
            assert_eq!(read(pairs).pairs(), pairs.iter().map(|(key, value)| (*key, (*value).to_owned())).collect::<Vec<_>>());
        }
    }

    #[test]
    fn letters_with_a_meaning_are_escaped_in_the_address() {
        assert_eq!(BoardQuery::default().address(), "/");
        let query = read(&[("q", "a&b=c é"), ("open", "x/y"), ("open", "z")]);
        assert_eq!(query.address(), "/?q=a%26b%3Dc%20%C3%A9&open=x%2Fy&open=z");
    }

    #[test]
    fn unknown_values_count_as_absent_and_older_links_work() {
        assert_eq!(read(&[("state", "dwon"), ("sort", "x"), ("density", "x"), ("open", ""), ("q", "")]), BoardQuery::default());
        assert_eq!(read(&[("search", "shop")]).text, "shop");
    }

    #[test]
    fn unknown_values_are_named() {
        let problems = |pairs: &[(&str, &str)]| {
            BoardQuery::problems(|key| {
                pairs.iter().filter(|(other, _)| *other == key).map(|(_, value)| (*value).to_owned()).collect()
            })
        };
        assert_eq!(
            problems(&[("state", "dwon"), ("sort", "x"), ("density", "y")]),
            [
                "`dwon` is not a state: use down, unhealthy, unknown, operational or paused; services in every state are shown.",
                "`x` is not an order: use state, name or response; the worst come first.",
                "`y` is not a height of rows: use compact or comfortable; the rows are compact.",
            ]
        );
        assert!(problems(&[("state", "paused"), ("sort", "state"), ("density", ""), ("q", "dwon")]).is_empty());
    }

    #[test]
    fn a_service_is_opened_and_closed() {
        let service = ServiceId::new("web");
        let open = BoardQuery::default().toggled(&service);
        assert_eq!(open.pairs(), [("open", "web".to_owned())]);
        assert_eq!(open.toggled(&service), BoardQuery::default());
    }

    #[test]
    fn an_unfiltered_board_keeps_its_order() {
        let query = read(&[("q", "a"), ("tag", "b"), ("state", "down"), ("sort", "name")]);
        assert!(query.is_filtered() && !query.unfiltered().is_filtered());
        assert_eq!(query.unfiltered().sort, Sort::Name);
    }
}
