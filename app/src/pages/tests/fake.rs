//! The backend of the pages in these tests.

use super::*;

/// Has these rows, and the same settings, incidents and silences in every test.
pub(super) struct Fake {
    pub(super) admin: bool,
    pub(super) rows: Vec<NodeStatus>,
    pub(super) store: Option<StoreNotice>,
    pub(super) reload_errors: Vec<String>,
}

impl Backend for Fake {
    fn viewer(&self) -> Viewer {
        Viewer { name: "ada".to_owned(), admin: self.admin, operator: self.admin, views: Vec::new() }
    }

    fn board(&self, scope: &BoardScope) -> BoardSnapshot {
        let (scope, rows, others) = scope.select(self.rows.clone(), |row| row);
        BoardSnapshot { store: self.store.clone(), scope, others, ..snapshot(7, rows) }
    }

    fn uptime_bars(&self, _service: Option<ServiceId>) -> Answer<'_, UptimeBarsView> {
        panic!("no page waits for history")
    }

    fn settings(&self, without_services: bool) -> SettingsView {
        let token = SettingEntry { key: "token".to_owned(), value: "withheld".to_owned(), redacted: true };
        let services = vec![
            settings_of("fine", vec![token], None),
            settings_of("broken", Vec::new(), Some("services.yaml:3:5: unknown key `hots`; did you mean `host`?")),
        ];
        SettingsView {
            version: "1.2.3".to_owned(),
            commit: Some("1853723".to_owned()),
            general: vec![SettingEntry { key: "check_interval".to_owned(), value: "60".to_owned(), redacted: false }],
            warnings: vec!["users.yaml holds plain passwords.".to_owned()],
            reload_errors: self.reload_errors.clone(),
            problems: self.store.iter().map(|_| "The task scheduler has ended.".to_owned()).collect(),
            store: self.store.as_ref().map(|notice| StoreView {
                kind: "redis".to_owned(),
                place: "redis.lan:6379".to_owned(),
                failure: Some(StoreFailureView { since: notice.since, message: "connection `refused`".to_owned() }),
                waiting_commits: 12,
                waiting_samples: 3_456,
                dropped_samples: notice.dropped_samples,
                stored_samples: 1_234_567,
                stored_commits: 4_321,
                latest_commit: 3_100,
            }),
            vault: self.store.as_ref().map(|notice| VaultView {
                address: "https://vault.lan:8200".to_owned(),
                failure: Some(VaultFailureView { since: notice.since, message: "Vault is `sealed`".to_owned() }),
                oldest_value: Some(90_000),
            }),
            channels: vec![
                ChannelView {
                    name: "ops".to_owned(),
                    kind: "slack".to_owned(),
                    is_disabled: false,
                    can_be_tested: true,
                    waiting: 3,
                    held: vec![
                        (SuppressionReason::MaintenanceWindow, 1),
                        (SuppressionReason::Entered { kind: SuppressionKind::Silence, author: "ops".to_owned() }, 1_000),
                    ],
                    delivered: 42,
                    failed: 1_007,
                    last_success: None,
                    failure: Some(ChannelFailureView { since: at(0), message: "503 from `hooks.lan`".to_owned(), failures: 7 }),
                    given_up: 1,
                    latest_given_up: vec![UndeliverableView {
                        name: "db".to_owned(),
                        state: State::Down,
                        last_state: State::Operational,
                        created: at(0),
                        reason: "refused 3 times: 503 from hooks".to_owned(),
                    }],
                },
                ChannelView {
                    name: "mail".to_owned(),
                    kind: "email".to_owned(),
                    is_disabled: false,
                    can_be_tested: false,
                    waiting: 0,
                    held: Vec::new(),
                    delivered: 0,
                    failed: 0,
                    last_success: None,
                    failure: Some(ChannelFailureView { since: at(1), message: "connection refused".to_owned(), failures: 0 }),
                    given_up: 0,
                    latest_given_up: Vec::new(),
                },
            ],
            scheduler: Some(SchedulerView { running: 3, started: 12_345, lateness: 41_000, p99: Some(250_000) }),
            users: vec![UserSettings { name: "ada".to_owned(), permission: "admin".to_owned(), roles: vec!["admin".to_owned()] }],
            keys: vec![KeySettings {
                name: "ci".to_owned(),
                user: "ada".to_owned(),
                permission: "view".to_owned(),
                roles: None,
                expires: Some(at(0)),
                is_expired: true,
                id: Some(7),
                created: Some(at(0)),
                author: Some("ada".to_owned()),
                used: None,
                has_user: true,
            }],
            revoke_key: "platus keys revoke NAME --config c.yaml".to_owned(),
            service_count: services.len(),
            broken_services: 1,
            services: if without_services { Vec::new() } else { services },
        }
    }

    fn flush(&self) -> Answer<'_, ()> {
        Box::pin(async { Err(RpcError::Forbidden) })
    }

    fn test_channel(&self, _channel: String) -> Answer<'_, ChannelTestView> {
        panic!("rendering a page tests nothing")
    }

    fn create_key(&self, _request: KeyRequest) -> Answer<'_, CreatedKeyView> {
        panic!("rendering a page creates no key")
    }

    fn revoke_key(&self, _id: u64) -> Answer<'_, ()> {
        panic!("rendering a page revokes no key")
    }

    fn silences(&self, request: SilencesRequest) -> SilencesView {
        let silence = SilenceView {
            id: 5,
            kind: SuppressionKind::Silence,
            incident: None,
            services: Some(vec![ServiceId::new("mail"), ServiceId::new("shop")]),
            may_withdraw: true,
            author: "ops".to_owned(),
            comment: "moving <house>".to_owned(),
            from: at(0),
            until: Some(at(60)),
            recurrence: None,
        };
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let daily = Recurrence { days: None, ..Recurrence::weekly(Vec::new(), time(2), time(4), "UTC") };
        let window = MaintenanceWindowView {
            scope: WindowScope { services: Some(vec!["db-*".to_owned()]), types: None },
            times: vec![WindowTime { text: "every day, 02:00 to 04:00, UTC".to_owned(), rule: WindowRule::Recurs(daily) }],
            until: Some(at(30)),
            occurrences: (0..5).map(|day| Occurrence { from: at(day * 24 * 60), until: at(day * 24 * 60 + 30) }).collect(),
        };
        let of_others = SilenceView {
            id: 6,
            services: Some((0..25).map(|number| ServiceId::new(format!("web{number}"))).collect()),
            may_withdraw: false,
            ..silence.clone()
        };
        let names = self.rows.iter().map(|row| (row.service.clone(), row.name.clone())).collect();
        let counts = SilenceCounts { active: 2, scheduled: 0, recurring: 1 };
        let (now, next) = (at(5), Some(6));
        match request {
            SilencesRequest { search, .. } if search == "nothing" => SilencesView::default(),
            SilencesRequest { part: Some(SilencePart::Recurring), after: None, .. } => {
                let sundays = Recurrence::weekly(vec![Weekday::Sun], NaiveTime::MIN, NaiveTime::MIN, "Europe/Berlin");
                let text = "Sun, 00:00 to 00:00, Europe/Berlin".to_owned();
                let recurrence =
                    Some(RecurrenceView { rule: sundays, text, is_zone_unknown: false, occurrences: window.occurrences.clone() });
                let recurring = SilenceView { id: 8, until: Some(at(30)), recurrence, ..silence };
                SilencesView { now, entered: vec![recurring], configured: vec![window], next: None, names, counts }
            }
            SilencesRequest { after: None, .. } => {
                SilencesView { now, entered: vec![silence, of_others], configured: vec![window], next, names, counts }
            }
            _ => SilencesView { entered: vec![SilenceView { id: 7, ..silence }], ..SilencesView::default() },
        }
    }

    fn create_silence(&self, _order: SilenceRequest) -> Answer<'_, ()> {
        panic!("rendering a page silences nothing")
    }

    fn end_silence(&self, _id: u64) -> Answer<'_, ()> {
        panic!("rendering a page ends nothing")
    }

    fn extend(&self, _id: u64, _request: ExtensionRequest) -> Answer<'_, ()> {
        panic!("rendering a page extends nothing")
    }

    fn acknowledge(&self, _incident: u64, _order: AcknowledgementRequest) -> Answer<'_, ()> {
        panic!("rendering a page acknowledges nothing")
    }

    fn withdraw_acknowledgement(&self, _incident: u64) -> Answer<'_, ()> {
        panic!("rendering a page withdraws nothing")
    }

    fn matching(&self, _texts: Vec<String>) -> Answer<'_, Vec<ServiceId>> {
        panic!("rendering a page selects nothing")
    }

    fn incidents(&self, request: IncidentsRequest) -> Answer<'_, IncidentsView> {
        Box::pin(async move {
            if request.filter.search == "unreadable" {
                return Err(RpcError::Refused(Refusal::History(HistoryRefusal::StoreAway { details: None })));
            }
            Ok(incidents::view(&self.rows, &request))
        })
    }

    fn incident(&self, id: u64) -> Answer<'_, IncidentDetailView> {
        Box::pin(async move { incidents::detail(&self.rows, id).ok_or(RpcError::Gone) })
    }

    fn incident_history(&self, id: u64) -> Answer<'_, ServiceHistoryView> {
        let history = incidents::detail(&self.rows, id).ok_or(RpcError::Gone).and_then(|detail| {
            let (from, to) = (detail.incident.since.timestamp_millis() - 3_600_000, detail.now.timestamp_millis());
            let range = HistoryRange { from, to, node: None, or_all: false, points: 240 };
            service::history(&self.rows, &detail.incident.service, &range)
        });
        Box::pin(async { history })
    }

    fn add_note(&self, _incident: u64, _text: String) -> Answer<'_, ()> {
        panic!("rendering a page adds nothing")
    }

    fn service(&self, id: ServiceId, node: Option<String>) -> Answer<'_, ServiceView> {
        let view = service::view(&self.rows, &id, node.as_deref());
        Box::pin(async { view.ok_or(RpcError::NotFound) })
    }

    fn service_history(&self, id: ServiceId, range: HistoryRange) -> Answer<'_, ServiceHistoryView> {
        let history = service::history(&self.rows, &id, &range);
        Box::pin(async { history })
    }

    fn service_figures(&self, id: ServiceId, node: Option<String>) -> Answer<'_, ServiceFiguresView> {
        let view = service::view(&self.rows, &id, None);
        Box::pin(async move { view.map(|_| service::figures(node.as_deref())).ok_or(RpcError::NotFound) })
    }

    fn check_now(&self, _id: ServiceId) -> Answer<'_, ServiceView> {
        Box::pin(async { Err(RpcError::NotFound) })
    }

    fn pause(&self, _id: ServiceId, _request: PauseRequest) -> Answer<'_, ()> {
        Box::pin(async { Err(RpcError::NotFound) })
    }

    fn resume(&self, _id: ServiceId) -> Answer<'_, ()> {
        Box::pin(async { Err(RpcError::NotFound) })
    }
}

pub(super) fn settings_of(id: &str, properties: Vec<SettingEntry>, problem: Option<&str>) -> ServiceSettings {
    ServiceSettings {
        id: ServiceId::new(id),
        group: "App".to_owned(),
        name: id.to_owned(),
        plugin: "rest_http".to_owned(),
        roles: Vec::new(),
        tags: vec!["tier-1".to_owned()],
        interval: 60.0,
        timeout: 30.0,
        properties,
        data: Vec::new(),
        problem: problem.map(str::to_owned),
    }
}

pub(super) fn viewer_of(rows: Vec<NodeStatus>) -> Option<Fake> {
    Some(Fake { admin: false, rows, store: None, reload_errors: Vec::new() })
}

pub(super) fn admin_of(rows: Vec<NodeStatus>) -> Option<Fake> {
    Some(Fake { admin: true, rows, store: None, reload_errors: Vec::new() })
}
