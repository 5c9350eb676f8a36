use super::{Fake, assert_holds, get, refusal, render, render_under};
use crate::forms::action;
use crate::model::{BasePath, State, StoreNotice, Suppression, SuppressionKind};
use crate::samples::{at, row};

const BASE: &str = "/platus";

/// Pages in all their forms.
const PATHS: [&str; 25] = [
    "/",
    "/?q=shop&open=shop",
    "/incidents",
    "/incidents?status=resolved&before=77",
    "/incidents?state=down&type=App&search=shop&from=-7d",
    "/incidents?from=soon",
    "/incidents/7",
    "/incidents/7?acknowledge",
    "/incidents/99",
    "/silences",
    "/silences?new&service=shop",
    "/silences?new&kind=maintenance",
    "/silences?after=5",
    "/settings",
    "/settings/channels",
    "/settings/users",
    "/settings/configuration",
    "/settings/about",
    "/services/shop",
    "/services/shop?node=w1&range=7d&scale=log&maintenance=exclude",
    "/services/shop?from=2026-07-30T15:00:00Z&to=2026-07-30T16:00:00Z",
    "/services/gone",
    "/wall",
    "/login?next=/settings",
    "/no/such/page",
];

/// Every kind of row: incidents, an acknowledged one among them, silences, several nodes of one service.
fn everything(admin: bool) -> Option<Fake> {
    let mut rows: Vec<_> = State::BY_URGENCY.into_iter().map(|state| row("shop", state.as_str(), state)).collect();
    rows.extend((0..12).map(|number| row(&format!("db-{number}"), "db.lan", State::Down)));
    for (number, row) in rows.iter_mut().enumerate().filter(|(_, row)| !row.state.is_operational()) {
        row.incident = Some(number as u64 + 5);
        row.message = Some("connection refused".to_owned());
        let kind = [SuppressionKind::Acknowledgement, SuppressionKind::Silence].into_iter().nth(number % 5);
        let suppression = |kind| Suppression { kind, author: Some("ops".to_owned()), comment: String::new(), until: None };
        row.suppression = kind.map(suppression).map(Box::new);
    }
    let store = Some(StoreNotice { since: at(3), dropped_samples: 0 });
    Some(Fake { admin, rows, store, reload_errors: Vec::new() })
}

/// The values of the attributes that hold addresses.
fn addresses(html: &str) -> Vec<&str> {
    let values = |name: &str| html.split(name).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>();
    [" href=\"", " action=\"", " src=\"", " formaction=\""].into_iter().flat_map(values).collect()
}

#[test]
fn under_a_base_path_every_page_is_the_same_and_no_address_is_outside() {
    let under = |path: &str, backend| render_under(BasePath::parse(BASE).unwrap(), path, backend, None);
    for path in PATHS {
        for backend in [|| None, || everything(false), || everything(true)] {
            let (expected_status, expected) = get(path, backend());
            let (status, html) = under(path, backend());
            assert_eq!(status, expected_status, "{path}");
            let (addresses, expected_addresses) = (addresses(&html), addresses(&expected));
            assert!(addresses.len() > 5 && addresses.len() == expected_addresses.len(), "{path}: {addresses:?}");
            for address in addresses {
                assert!(address.starts_with("/platus/") || address.starts_with('#'), "{address} of {path}");
            }
            let paths = ["/api/", "/metrics", "/incidents", "/services/", "/silences", "/settings", "/docs/"];
            let outside = paths.into_iter().find(|path| plain(&html).contains(&format!(">{path}")));
            assert_eq!(outside, None, "an address as a text of {path}");
            let html = html.replace(" data-base=\"/platus\"", "").replace("/platus/", "/");
            // The page of a service shows what time it is.
            assert!(path.starts_with("/services/shop") || html == expected, "{path}:\n{html}\n{expected}");
        }
    }
}

/// The document without the marks of the framework.
fn plain(html: &str) -> String {
    html.replace("<!---->", "").replace("<!>", "")
}

#[test]
fn an_address_for_programs_is_shown_as_programs_need_it() {
    let (_, html) = render_under(BasePath::parse(BASE).unwrap(), "/settings/about", everything(true), None);
    assert_holds(&html, &["rel=\"external\">/platus/api/v1.0/health</a>", "rel=\"external\">/platus/metrics</a>"]);
}

#[test]
fn the_browser_learns_the_base_path_and_loads_everything_from_below_it() {
    let (_, html) = render_under(BasePath::parse(BASE).unwrap(), "/services/shop", everything(true), None);
    for part in [
        "<html lang=\"en\" data-base=\"/platus\">",
        "from '/platus/pkg/platus.js?v=abc123'",
        "module_or_path: '/platus/pkg/platus_bg.wasm?v=abc123'",
        "/platus/pkg/parts/service-1b.wasm",
        "/platus/fonts/inter.woff2",
        "href=\"/platus/incidents/",
        "action=\"/platus/logout\"",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn a_refused_form_leads_below_the_base_path_as_well() {
    let refused = || refusal(&[("action", action::SILENCE)], "Choose a service.");
    let (_, expected) = render("/silences", everything(true), refused());
    let (_, html) = render_under(BasePath::parse(BASE).unwrap(), "/silences", everything(true), refused());
    assert!(addresses(&html).iter().all(|address| address.starts_with("/platus/") || address.starts_with('#')), "{html}");
    assert_eq!(html.replace(" data-base=\"/platus\"", "").replace("/platus/", "/"), expected);
}
