use super::{assert_holds, render_in, viewer_of, visible};
use crate::model::State;
use crate::samples::row;
use crate::times::samples::zone;
use crate::times::{Choice, Zones};
use chrono_tz::Tz;

#[test]
fn times_are_in_the_zone_of_the_viewer_and_the_servers_on_hover() {
    let zones = Zones { shown: zone(Tz::Asia__Kolkata), server: zone(Tz::Europe__Berlin), choice: Choice::default() };
    let (_, html) = render_in(zones, "/", viewer_of(vec![row("shop", "shop.lan", State::Operational)]), None);
    assert_holds(
        visible(&html),
        &[
            "<html lang=\"en\" data-zone=\"Asia/Kolkata\" data-server-zone=\"Europe/Berlin\">",
            "title=\"2026-07-30 20:27:00 +05:30; server: 2026-07-30 16:57:00 +02:00\"",
            ">20:27:00</time>",
            "Times in Asia/Kolkata",
        ],
    );
}

#[test]
fn a_choice_of_the_viewer_is_named() {
    let server = zone(Tz::Europe__Berlin);
    let zones = Zones { shown: server.clone(), server, choice: Choice::Server };
    let (_, html) = render_in(zones, "/silences", viewer_of(Vec::new()), None);
    assert_holds(visible(&html), &["data-zone-choice=\"server\"", "Times in Europe/Berlin"]);
}
