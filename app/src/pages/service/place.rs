//! What the address of the page says: the service, the node, the range, the scale.

use crate::address::{self, Query};
use crate::chart::{Scale, Window, WrongRange};
use crate::model::ServiceId;
use crate::times::Zone;

/// The most points of an export: those of the chart.
const EXPORTED: u32 = 400;

/// The address of the page, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub id: ServiceId,
    /// The only node on the page; absent: all.
    pub node: Option<String>,
    pub window: Window,
    pub scale: Scale,
    /// Whether availability leaves maintenance out.
    pub without_maintenance: bool,
    /// The time zone of the texts.
    pub zone: Zone,
}

impl Place {
    pub fn of(id: ServiceId, query: &Query, zone: Zone) -> Self {
        let node = given(query, "node");
        let (window, _) = range(query, &zone);
        let scale = Scale::named(query.get("scale").as_deref());
        let without_maintenance = query.get("maintenance").as_deref() == Some("exclude");
        Self { id, node, window, scale, without_maintenance, zone }
    }

    /// The place in place of an address with an unknown node: that of all nodes.
    pub fn of_all_nodes(self) -> Self {
        Self { node: None, ..self }
    }

    /// The parameters that decide which history the page shows.
    pub fn parameters_of_history(query: &Query) -> Query {
        query.only(&["node", "range", "from", "to"])
    }

    /// The address of this place.
    pub fn address(&self) -> String {
        let mut parameters = Vec::new();
        parameters.extend(self.node.iter().map(|node| ("node", node.clone())));
        parameters.extend(self.window.parameters());
        if self.scale == Scale::Logarithmic {
            parameters.push(("scale", "log".to_owned()));
        }
        if self.without_maintenance {
            parameters.push(("maintenance", "exclude".to_owned()));
        }
        address::with(&address::of_service(&self.id), parameters)
    }

    /// The address of the same history in the API, as CSV. The range is in milliseconds since 1970.
    pub fn export(&self, from: i64, to: i64) -> String {
        let mut parameters = Window::Between(from, to).parameters();
        match &self.node {
            Some(node) => parameters.push(("node", node.clone())),
            None => parameters.push(("merge", "true".to_owned())),
        }
        parameters.extend([("points", EXPORTED.to_string()), ("format", "csv".to_owned())]);
        address::with(&format!("/api/v1.0/services/{}/history", address::encode(self.id.as_str())), parameters)
    }

    /// The address of this place in another range.
    pub fn in_window(&self, window: Window) -> String {
        Self { window, ..self.clone() }.address()
    }

    /// The address of this place with this node only, or with all.
    pub fn of_node(&self, node: Option<&str>) -> String {
        Self { node: node.map(str::to_owned), ..self.clone() }.address()
    }
}

/// The value of a parameter. A form sends its empty fields, too.
pub(super) fn given(query: &Query, name: &str) -> Option<String> {
    query.get(name).filter(|value| !value.is_empty())
}

/// The range, and what is wrong with it.
pub(super) fn range(query: &Query, zone: &Zone) -> (Window, Option<WrongRange>) {
    let [range, from, to] = ["range", "from", "to"].map(|name| given(query, name));
    Window::read(range.as_deref(), from.as_deref(), to.as_deref(), zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(query: &[(&str, &str)]) -> Place {
        let query = query.iter().copied().collect();
        Place::of(ServiceId::new("shop"), &query, Zone::utc())
    }

    #[test]
    fn an_address_leads_to_the_same_place() {
        for (query, expected) in [
            (&[][..], "/services/shop"),
            (&[("node", ""), ("range", "24h"), ("scale", "linear")], "/services/shop"),
            (&[("node", "w 3"), ("range", "7d")], "/services/shop?node=w%203&range=7d"),
            (
                &[("from", "2026-11-24T23:00:00Z"), ("to", "2026-11-25T00:00"), ("scale", "log"), ("maintenance", "exclude")],
                "/services/shop?from=2026-11-24T23:00:00Z&to=2026-11-25T00:00:00Z&scale=log&maintenance=exclude",
            ),
        ] {
            assert_eq!(place(query).address(), expected);
        }
    }

    #[test]
    fn a_time_without_an_offset_is_in_the_zone_of_the_page() {
        let query = [("from", "2026-11-25T01:00"), ("to", "2026-11-25T02:00"), ("scale", "log")];
        let query = Place::parameters_of_history(&query.into_iter().collect());
        let place = Place::of(ServiceId::new("shop"), &query, crate::times::samples::zone(chrono_tz::Tz::Europe__Berlin));
        assert_eq!(place.address(), "/services/shop?from=2026-11-25T00:00:00Z&to=2026-11-25T01:00:00Z");
    }

    #[test]
    fn the_export_is_of_the_same_node_and_range() {
        let (from, to) = (1_795_561_200_000, 1_795_564_800_000);
        assert_eq!(
            place(&[("node", "w 3")]).export(from, to),
            "/api/v1.0/services/shop/history?from=2026-11-24T23:00:00Z&to=2026-11-25T00:00:00Z&node=w%203&points=400&format=csv"
        );
        assert!(place(&[]).export(from, to).ends_with("&merge=true&points=400&format=csv"));
    }

    #[test]
    fn a_node_can_be_selected_and_left() {
        let place = place(&[("node", "w3"), ("range", "7d")]);
        assert_eq!(place.of_node(Some("w5")), "/services/shop?node=w5&range=7d");
        assert_eq!(place.of_node(None), "/services/shop?range=7d");
    }
}
