//! The pages of incidents, and suppressions on the board.

use super::french::{assert_french, get_in_french};
use super::*;
use crate::incidents::OpenIncident;
use crate::model::{
    IncidentDay, IncidentFilter, IncidentStatus, IncidentView, ListedIncident, NoteView, PeriodProblem, TransitionView,
};

fn resolved(id: u64, minutes: i64) -> IncidentView {
    IncidentView {
        id,
        service: ServiceId::new("mail"),
        group: "App".to_owned(),
        name: "Mail".to_owned(),
        node: "mail.lan".to_owned(),
        since: at(minutes),
        opened: at(minutes + 2),
        ended: Some(at(minutes + 11)),
        worst: State::Unhealthy,
        message: Some("queue is `full`".to_owned()),
        acknowledged_by: None,
    }
}

fn listed(incident: IncidentView) -> ListedIncident {
    let depends_on = if incident.name.starts_with("till") { vec![ServiceId::new("vpn")] } else { Vec::new() };
    ListedIncident { incident, channels: 2, depends_on }
}

/// What the fake server answers at 17:00.
pub(super) fn view(rows: &[NodeStatus], request: &IncidentsRequest) -> IncidentsView {
    let rows: Vec<_> = rows.iter().cloned().map(Arc::new).collect();
    let open = OpenIncident::all(rows.iter(), &[], &IncidentFilter::default());
    let past = [resolved(3, 30), resolved(2, -24 * 60)];
    let past = past.into_iter().filter(|past| request.filter.has_besides_status(past)).map(listed);
    IncidentsView {
        problem: request.from.clone().filter(|from| from == "soon").map(PeriodProblem::From),
        now: at(60),
        from: at(-30 * 24 * 60),
        to: at(60),
        open: open.into_iter().map(|open| listed(open.incident)).collect(),
        groups: vec!["App".to_owned(), "DB".to_owned()],
        service_name: request.filter.service.as_ref().map(ToString::to_string),
        resolved: past.collect(),
        next: request.before.is_none().then_some(2),
        resolved_count: 1_234,
        mean: Some(540_000),
        is_truncated: false,
        days: (0..30)
            .rev()
            .map(|day| IncidentDay { begin: at(-16 * 60 - day * 24 * 60), down: 0, others: u32::from(day == 1) })
            .collect(),
    }
}

pub(super) fn detail(rows: &[NodeStatus], id: u64) -> Option<IncidentDetailView> {
    let row = rows.iter().find(|row| row.incident == Some(id)).map(|row| Arc::new(row.clone()));
    let open = OpenIncident::all(row.iter(), &[], &IncidentFilter::default()).pop().map(|open| open.incident);
    let incident = open.or_else(|| (id == 3).then(|| resolved(3, 30)))?;
    let message = Some("first <message>".to_owned());
    let (from, to) = (State::Operational, State::Down);
    let first = TransitionView { at: incident.since, node: incident.node.clone(), from, to, lasted: 3_600_000, message };
    Some(IncidentDetailView {
        now: at(60),
        acknowledgement: None,
        transitions: vec![first],
        channels: 1,
        channel_names: vec!["ops-slack".to_owned(), "mail".to_owned()],
        deliveries: super::service::deliveries(at(5)),
        roles: Some(vec!["dev".to_owned()]),
        related: vec![resolved(2, -1)],
        notes: vec![NoteView { id: 1, at: at(30), author: "ops".to_owned(), text: "restarted <it>\ntwice".to_owned() }],
        incident,
    })
}

fn failing() -> NodeStatus {
    NodeStatus { incident: Some(7), message: Some("connection `refused`".to_owned()), ..row("shop", "shop.lan", State::Down) }
}

fn acknowledged() -> Option<Box<Suppression>> {
    let (kind, author, comment) = (SuppressionKind::Acknowledgement, Some("ops".to_owned()), "on <it>".to_owned());
    Some(Box::new(Suppression { kind, author, comment, until: None }))
}

fn storm() -> Vec<NodeStatus> {
    let services = ["till-1", "vpn", "till-2", "till-3"];
    let rows =
        (11..).zip(services).map(|(number, service)| NodeStatus { incident: Some(number), ..row(service, "n", State::Down) });
    rows.collect()
}

#[test]
fn a_row_shows_why_its_notifications_are_suppressed() {
    let suppressed = NodeStatus { suppression: acknowledged(), ..failing() };
    let (_, html) = get("/", viewer_of(vec![suppressed]));
    assert_holds(&html, &["href=\"/incidents/7\"", "acknowledged by ops: on &lt;it&gt;"]);
    let silence = Suppression { kind: SuppressionKind::Silence, ..*acknowledged().unwrap() };
    let (_, html) = get("/", viewer_of(vec![NodeStatus { suppression: Some(Box::new(silence)), ..failing() }]));
    assert_holds(&html, &["href=\"/silences\"", "silenced by ops"]);
}

#[test]
fn a_row_in_an_incident_offers_an_operator_to_acknowledge_it() {
    let (_, html) = get("/", admin_of(vec![failing()]));
    assert_holds(&html, &["href=\"/incidents/7?acknowledge\""]);
    for others in [viewer_of(vec![failing()]), admin_of(vec![row("shop", "shop.lan", State::Down)])] {
        let (_, html) = get("/", others);
        assert!(!html.contains("?acknowledge"), "{html}");
    }
}

#[test]
fn the_list_shows_open_and_resolved_incidents() {
    let (status, html) = get("/incidents", viewer_of(vec![failing(), row("web", "web.lan", State::Operational)]));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "<b>1</b> open, <b>0</b> acknowledged. ",
            "1,234 resolved in the last 30 days, MTTR <b title=\"Mean time to recovery\">9 min</b>.",
            "data-incident=\"7\"",
            "href=\"/incidents/7\"",
            "connection <code>refused</code>",
            "not acknowledged",
            "2 channels",
            "Today</h3>",
            "Yesterday</h3>",
            "data-incident=\"3\"",
            "queue is <code>full</code>",
            "11 min",
            "href=\"/incidents?status=resolved\"",
            "All 1,234",
            "aria-label=\"29 July: 1 unhealthy or unknown\"",
            "href=\"/incidents?from=2026-07-28T22:00:00Z&amp;to=2026-07-29T22:00:00Z\"",
        ],
    );
    for what in ["data-incident=\"8\"", "Acknowledge</", "Withdraw", "method=\"post\" action=\"/incidents\""] {
        assert!(!visible(&html).contains(what), "{what} in {html}");
    }
}

#[test]
fn an_operator_acknowledges_and_withdraws_in_the_list() {
    let (_, html) = get("/incidents", admin_of(vec![failing()]));
    assert_holds(&html, &["method=\"post\" action=\"/incidents\"", "value=\"acknowledge\"", "name=\"incident\" value=\"7\""]);
    let (_, html) = get("/incidents", admin_of(vec![NodeStatus { suppression: acknowledged(), ..failing() }]));
    assert_holds(&html, &["acknowledged by ops: on &lt;it&gt;", "value=\"unacknowledge\"", "name=\"incident\" value=\"7\""]);
    assert!(!visible(&html).contains("value=\"acknowledge\""), "{html}");
}

#[test]
fn a_storm_is_one_entry_with_its_cause() {
    let (_, html) = get("/incidents", admin_of(storm()));
    assert_holds(
        &html,
        &[
            "<b>4</b> open in <b>1</b> group, ",
            "<strong>4 services down since 16:00</strong>",
            "One cause: vpn. 3 depend on it.",
            "Acknowledge all",
            "href=\"/silences?new&amp;service=till-1&amp;service=till-2&amp;service=till-3&amp;service=vpn\"",
        ],
    );
    let first = html.find("data-incident=\"12\"").unwrap();
    assert!(first < html.find("data-incident=\"11\"").unwrap(), "the cause comes first: {html}");
    assert_eq!(visible(&html).matches("class=\"storm\"").count(), 1, "{html}");
}

#[test]
fn filters_are_links_and_keep_each_other() {
    let (_, html) = get("/incidents?state=down&search=%23%20a", viewer_of(vec![failing()]));
    assert_holds(
        &html,
        &[
            "No incident matches the filters.",
            "href=\"/incidents?status=acknowledged&amp;state=down&amp;search=%23%20a\"",
            "name=\"state\" value=\"down\"",
            "name=\"search\"",
            "value=\"# a\"",
            "Clear filters",
            "href=\"/incidents?state=down&amp;type=App&amp;search=%23%20a\"",
        ],
    );
    let (_, html) = get("/incidents?status=resolved&before=9", viewer_of(vec![failing()]));
    assert_holds(&html, &["data-incident=\"3\"", "Latest", "href=\"/incidents?status=resolved\""]);
    assert!(!visible(&html).contains("data-incident=\"7\""), "{html}");
    let (_, html) = get("/incidents?status=resolved", viewer_of(Vec::new()));
    assert_holds(&html, &["href=\"/incidents?status=resolved&amp;before=2\"", "Older"]);
    for status in IncidentStatus::ALL {
        let (_, html) = get(&format!("/incidents?status={}", status.as_str()), viewer_of(Vec::new()));
        assert_eq!(visible(&html).matches("class=\"card incident-list").count(), 1, "{html}");
    }
}

#[test]
fn the_incidents_of_one_service_are_found_by_its_id() {
    let other = NodeStatus { incident: Some(8), ..row("shop-2", "shop.lan", State::Down) };
    let (_, html) = get("/incidents?service=shop&state=down", viewer_of(vec![failing(), other]));
    assert_holds(
        &html,
        &[
            "data-incident=\"7\"",
            "href=\"/incidents?status=open&amp;state=down&amp;service=shop\"",
            "name=\"service\" value=\"shop\"",
            "aria-label=\"Service shop: show all services\"",
            "href=\"/incidents?state=down\"",
            "href=\"/api/v1.0/incidents?state=down&amp;service=shop&amp;",
        ],
    );
    assert!(!visible(&html).contains("data-incident=\"8\""), "{html}");
    let (_, html) = get("/incidents/7", viewer_of(vec![failing()]));
    assert_holds(&html, &["<a href=\"/incidents?service=shop\">shop</a>"]);
}

#[test]
fn a_parameter_that_is_not_understood_is_named_with_what_is_shown() {
    let (status, html) = get("/incidents?status=done&state=down", viewer_of(vec![failing()]));
    assert_eq!(status, 200);
    let line = "<code>done</code> is not a status: use open, acknowledged or resolved; incidents of every status are shown.";
    assert_holds(&html, &[line, "data-incident=\"7\"", "href=\"/incidents?status=open&amp;state=down\""]);
    let (_, html) = get("/incidents?state=down", viewer_of(vec![failing()]));
    assert!(!visible(&html).contains("data-notice=\"address\""), "{html}");
}

#[test]
fn another_attempt_keeps_the_filters() {
    let (_, html) = get("/incidents?state=down&search=unreadable", viewer_of(Vec::new()));
    assert_holds(&html, &["href=\"/incidents?state=down&amp;search=unreadable\"", "Try again"]);
}

#[test]
fn the_export_asks_the_api_for_the_same_incidents() {
    let (_, html) = get("/incidents?state=down&from=-7d&before=9", viewer_of(Vec::new()));
    assert_holds(&html, &["href=\"/api/v1.0/incidents?state=down&amp;from=-7d&amp;limit=1000&amp;format=csv\""]);
    let (_, html) = get("/incidents", viewer_of(Vec::new()));
    assert_holds(&html, &["href=\"/api/v1.0/incidents?from=2026-06-30T16"]);
}

#[test]
fn an_incident_has_a_page_with_its_course() {
    let (status, html) = get("/incidents/7", viewer_of(vec![failing()]));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "<span>#7</span>",
            "since <b title=\"2026-07-30 16:00:00 +02:00\">16:00:00</b>",
            "connection <code>refused</code>",
            "First seen down",
            "first &lt;message&gt;",
            "Before: operational for 1 h",
            "Confirmed: incident #7 opened",
            "href=\"/services/shop\"",
            "href=\"/incidents/2\">#2 Mail</a>",
            "<p class=\"name\">ops-slack</p>",
            "<li data-result=\"delivered\"><span class=\"kind\">incident opened</span>",
            "<p class=\"detail\">refused 3 times: 400 &lt;no&gt;</p>",
            "<p class=\"name\">mail</p><p class=\"detail\">no result recorded</p>",
            "Notification “incident opened” delivered",
            "Notification “incident opened” dropped",
            "<dd>dev</dd>",
            "href=\"/services/shop?node=shop.lan&amp;from=2026-07-30T15",
        ],
    );
    assert!(!visible(&html).contains("<form method=\"post\" action=\"/incidents"), "{html}");
    let (_, html) = get("/incidents/3", admin_of(Vec::new()));
    assert_holds(&html, &["Resolved <b title=\"2026-07-30 16:41:00 +02:00\">30 July, 16:41:00</b>", "11 min"]);
    assert!(!visible(&html).contains("value=\"acknowledge\""), "an incident that has ended cannot be acknowledged: {html}");
}

#[test]
fn an_operator_acknowledges_on_the_page_of_an_incident() {
    let (_, html) = get("/incidents/7?acknowledge", admin_of(vec![failing()]));
    assert_holds(
        &html,
        &[
            "<details open data-commands=\"incident-7\" class=\"acknowledge\">",
            "method=\"post\" action=\"/incidents/7\"",
            "href=\"/silences?new&amp;service=shop\"",
            ">Acknowledge</button>",
        ],
    );
    let fields = [("action", "acknowledge"), ("incident", "7")];
    let (_, html) = render("/incidents/7", admin_of(vec![failing()]), refusal(&fields, "Too long."));
    assert_holds(
        &html,
        &[
            "<details open data-commands=\"incident-7\" class=\"acknowledge\">",
            "<p role=\"alert\" class=\"refusal\">Too long.</p></form>",
        ],
    );
    let (_, html) = get("/incidents/7", admin_of(vec![NodeStatus { suppression: acknowledged(), ..failing() }]));
    assert_holds(&html, &["acknowledged by ops: on &lt;it&gt;", "value=\"unacknowledge\""]);
}

#[test]
fn notes_are_shown_and_an_operator_adds_one() {
    let (_, html) = get("/incidents/7", viewer_of(vec![failing()]));
    assert_holds(&html, &["<h2 id=\"notes-heading\">Notes</h2>", "<strong>ops</strong>", "restarted &lt;it&gt;\ntwice"]);
    assert!(!visible(&html).contains("value=\"note\""), "{html}");
    let (_, html) = get("/incidents/3", admin_of(Vec::new()));
    assert_holds(&html, &["method=\"post\" action=\"/incidents/3\"", "value=\"note\"", "name=\"text\"", "Add note"]);
    let fields = [("action", "note"), ("incident", "3"), ("text", "too <long>")];
    let (_, html) = render("/incidents/3", admin_of(Vec::new()), refusal(&fields, "The note is too long."));
    assert_holds(&html, &["<p role=\"alert\" class=\"refusal\">The note is too long.</p>"]);
}

#[test]
fn an_unknown_incident_is_not_found() {
    for path in ["/incidents/99", "/incidents/x"] {
        let (status, html) = get(path, admin_of(vec![failing()]));
        assert_eq!(status, 404, "{path}");
        assert_holds(&html, &["There is no such incident", "href=\"/incidents\""]);
    }
}

#[test]
fn an_incident_shows_the_checks_around_it() {
    let (status, html) = get("/incidents/7", viewer_of(vec![failing()]));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "<h2 id=\"around-heading\">Around the incident</h2>",
            "role=\"img\" aria-label=\"Response time and states around the incident, ",
            "<path class=\"band\" d=\"M",
            "class=\"during down\"",
            "href=\"/services/shop?node=shop.lan&amp;from=",
            "Open in the service",
        ],
    );
    assert!(!visible(&html).contains("Numbers as a table"), "{html}");
}

#[test]
fn the_list_is_in_french_for_those_who_read_it() {
    let mut rows = storm();
    rows.extend([failing(), NodeStatus { incident: Some(8), ..row("web", "web.lan", State::Unhealthy) }]);
    let html = get_in_french("/incidents", admin_of(rows));
    assert_french(
        &html,
        &[
            "<title>Incidents · Platus</title>",
            "<b>6</b> ouverts dans <b>3</b> groupes, <b>0</b> acquitté. ",
            "1\u{202f}234 résolus ces 30 derniers jours, MTTR <b title=\"Durée moyenne de rétablissement\">9 min</b>.",
            "<strong>4 services en panne depuis 16:00</strong>",
            "Une seule cause\u{a0}: vpn. 3 en dépendent.",
            "Tout acquitter",
            "non acquitté",
            "2 canaux",
            "Aujourd’hui</h3>",
            "Hier</h3>",
            "Du 1 juil. au 30 juil.\u{a0}: choisissez un jour pour filtrer.",
            "aria-label=\"29 juillet\u{a0}: 1 dégradé ou inconnu\"",
            "placeholder=\"Service, nœud, raison, #id\"",
        ],
        &[],
    );
    let html = get_in_french("/incidents?status=done&service=shop", viewer_of(vec![failing()]));
    let problem = "<code>done</code> n’est pas un statut\u{a0}: utilisez open, acknowledged ou resolved\u{a0}; ";
    // Values of the address stay as they are.
    assert_french(
        &html,
        &[problem, "aria-label=\"Service shop\u{a0}: afficher tous les services\""],
        &["open, acknowledged ou resolved"],
    );
}

#[test]
fn an_incident_is_in_french_for_those_who_read_it() {
    let html = get_in_french("/incidents/7", admin_of(vec![failing()]));
    assert_french(
        &html,
        &[
            "en panne</span> depuis <b title=\"2026-07-30 16:00:00 +02:00\">16:00:00</b> le 30 juillet, soit ",
            "Première détection\u{a0}: en panne",
            "Avant\u{a0}: opérationnel pendant 1 h",
            "Confirmé\u{a0}: incident #7 ouvert",
            "1 canal notifié",
            "Notification «\u{a0}incident ouvert\u{a0}» livrée",
            "refusée 3 fois\u{a0}: 400",
            "aucun résultat enregistré",
            "aria-label=\"Fil d’Ariane\"",
            "aria-label=\"Temps de réponse et états autour de l’incident, ",
            "L’incident se termine quand une vérification trouve le nœud opérationnel.",
            ">Acquitter</button>",
            "Ajouter la note",
        ],
        &["restarted &lt;it&gt;", "400 &lt;no&gt;", "ops-slack", "pager"],
    );
    let html = get_in_french("/incidents/3", viewer_of(Vec::new()));
    let resolved =
        "Résolu le <b title=\"2026-07-30 16:41:00 +02:00\">30 juillet, 16:41:00</b> après <b>11 min</b>. État\u{a0}: <span";
    let samples = ["restarted &lt;it&gt;", "queue is ", "400 &lt;no&gt;"];
    assert_french(&html, &[resolved, "<dd>dev</dd>"], &samples);
    assert_french(&get_in_french("/incidents/99", viewer_of(Vec::new())), &["Cet incident n’existe pas"], &[]);
}
