//! The backend of the page for one viewer.

use super::alerts::{CallerSilences, send_test, write_note};
use super::page_errors::{failed, gone, refused_silence};
use super::{Context, api, history, keys, service_page, settings_view};
use crate::auth::{Principal, can_see};
use crate::version;
use app::backend::{Answer, Backend};
use app::model::RpcError;
use engine::events::Snapshot;
use model::{
    AcknowledgementRequest, BoardScope, BoardSnapshot, ChannelFailureView, ChannelTestView, ChannelView, CreatedKeyView,
    ExtensionRequest, HistoryRange, IncidentDetailView, IncidentsRequest, IncidentsView, KeyRequest, PauseRequest, Refusal,
    ServiceFiguresView, ServiceHistoryView, ServiceId, ServiceView, SettingsView, SilenceRequest, SilencesRequest, SilencesView,
    StoreFailureView, StoreView, UndeliverableView, UptimeBarsView, VaultFailureView, VaultView, Viewer,
};
use notify::dispatcher::ChannelHealth;
use std::sync::Arc;
use std::time::Duration;
use storage::{Notification, StoreHealth};
use vault::VaultHealth;

/// Answers what this user may see and do.
pub struct ViewerBackend {
    pub context: Arc<Context>,
    pub principal: Principal,
}

impl Backend for ViewerBackend {
    fn viewer(&self) -> Viewer {
        Viewer {
            name: self.principal.name.clone(),
            admin: self.principal.is_admin(),
            operator: self.principal.is_operator(),
            views: self.context.settings.views.clone(),
        }
    }

    fn board(&self, scope: &BoardScope) -> BoardSnapshot {
        let Snapshot { position, rows, store } = self.context.events.snapshot();
        let visible: Vec<_> = rows.iter().filter(|row| can_see(&self.principal, &row.roles)).collect();
        let (scope, shown, others) = scope.select(visible, |row| &row.status);
        let services = self.context.settings.services.iter().filter(|(roles, _)| can_see(&self.principal, roles));
        let tagged = services.filter(|(_, service)| scope.is_all() && !service.tags.is_empty());
        let tags = tagged.map(|(_, service)| (service.id.clone(), service.tags.clone())).collect();
        BoardSnapshot {
            position,
            rows: shown.into_iter().map(|row| row.status_for(self.principal.is_admin()).into_owned()).collect(),
            others,
            store,
            tags,
            scope,
        }
    }

    fn uptime_bars(&self, service: Option<ServiceId>) -> Answer<'_, UptimeBarsView> {
        Box::pin(async move { self.context.uptime_bars.of(&self.principal, service.as_ref()).await.map_err(RpcError::Refused) })
    }

    fn settings(&self, without_services: bool) -> SettingsView {
        let settings = &self.context.settings;
        let visible = || settings.services.iter().filter(|(roles, _)| can_see(&self.principal, roles)).map(|(_, service)| service);
        let (service_count, broken_services) = (visible().count(), visible().filter(|service| service.problem.is_some()).count());
        let shown = visible().filter(|_| !without_services);
        let services = shown.map(|service| settings_view::service(service, &self.principal)).collect();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let commit = version::commit().map(str::to_owned);
        if !self.principal.is_admin() {
            let (general, warnings, reload_errors, problems, channels, users, keys, revoke_key) = Default::default();
            return SettingsView {
                version,
                commit,
                general,
                warnings,
                reload_errors,
                problems,
                store: None,
                vault: None,
                channels,
                scheduler: None,
                users,
                keys,
                revoke_key,
                service_count,
                broken_services,
                services,
            };
        }
        SettingsView {
            version,
            commit,
            general: settings.general.clone(),
            warnings: settings.warnings.iter().cloned().chain(system::exhaustion::notice()).collect(),
            reload_errors: self.reload_errors(),
            problems: self.context.health.problems(),
            store: Some(store(&self.context.store_health.borrow())),
            vault: self.context.vault.as_ref().map(|it| vault(&it.health().borrow(), it.oldest_value())),
            channels: self.context.channels.health().iter().map(|health| self.channel(health)).collect(),
            scheduler: Some(settings_view::scheduler(&self.context.activity)),
            users: settings_view::users(&self.context.users),
            keys: settings_view::keys(&self.context.keys),
            revoke_key: self.context.commands.revoke_key.clone(),
            service_count,
            broken_services,
            services,
        }
    }

    fn flush(&self) -> Answer<'_, ()> {
        Box::pin(async {
            if !self.principal.is_admin() {
                return Err(RpcError::Forbidden);
            }
            let ending = || RpcError::Refused(Refusal::ShuttingDown);
            api::flush(&self.context).await.ok_or_else(ending)
        })
    }

    fn test_channel(&self, channel: String) -> Answer<'_, ChannelTestView> {
        Box::pin(async move { send_test(&self.context, &self.principal, &channel).await.map_err(gone) })
    }

    fn create_key(&self, request: KeyRequest) -> Answer<'_, CreatedKeyView> {
        Box::pin(async move { keys::create_for_page(&self.context, &self.principal, &request).await.map_err(failed) })
    }

    fn revoke_key(&self, id: u64) -> Answer<'_, ()> {
        Box::pin(async move { keys::revoke_key(&self.context, &self.principal, id).await.map_err(gone) })
    }

    fn silences(&self, request: SilencesRequest) -> SilencesView {
        CallerSilences::of(&self.context, &self.principal).view(&request)
    }

    fn create_silence(&self, request: SilenceRequest) -> Answer<'_, ()> {
        Box::pin(async {
            CallerSilences::of(&self.context, &self.principal).create(request).await.map(drop).map_err(refused_silence)
        })
    }

    fn end_silence(&self, id: u64) -> Answer<'_, ()> {
        Box::pin(async move { CallerSilences::of(&self.context, &self.principal).withdraw(id).await.map_err(refused_silence) })
    }

    fn extend(&self, id: u64, request: ExtensionRequest) -> Answer<'_, ()> {
        Box::pin(async move {
            CallerSilences::of(&self.context, &self.principal).extend(id, request).await.map(drop).map_err(refused_silence)
        })
    }

    fn acknowledge(&self, incident: u64, request: AcknowledgementRequest) -> Answer<'_, ()> {
        Box::pin(async move {
            let silences = CallerSilences::of(&self.context, &self.principal);
            silences.acknowledge(incident, request).await.map(drop).map_err(refused_silence)
        })
    }

    fn withdraw_acknowledgement(&self, incident: u64) -> Answer<'_, ()> {
        Box::pin(async move {
            let silences = CallerSilences::of(&self.context, &self.principal);
            silences.withdraw_acknowledgement(incident).await.map_err(refused_silence)
        })
    }

    fn matching(&self, texts: Vec<String>) -> Answer<'_, Vec<ServiceId>> {
        Box::pin(async move {
            CallerSilences::of(&self.context, &self.principal).matching(&texts).map_err(|error| refused_silence(error.into()))
        })
    }

    fn incidents(&self, request: IncidentsRequest) -> Answer<'_, IncidentsView> {
        Box::pin(async move { history::list_for_page(&self.context, &self.principal, request).await.map_err(gone) })
    }

    fn incident(&self, id: u64) -> Answer<'_, IncidentDetailView> {
        Box::pin(async move { history::one_for_page(&self.context, &self.principal, id).await.map_err(gone) })
    }

    fn incident_history(&self, id: u64) -> Answer<'_, ServiceHistoryView> {
        Box::pin(async move { history::around_incident(&self.context, &self.principal, id).await.map_err(gone) })
    }

    fn add_note(&self, incident: u64, text: String) -> Answer<'_, ()> {
        Box::pin(async move { write_note(&self.context, &self.principal, incident, || Ok(text)).await.map(drop).map_err(gone) })
    }

    fn service(&self, id: ServiceId, node: Option<String>) -> Answer<'_, ServiceView> {
        Box::pin(async move {
            let place = self.place(&id)?;
            let lacks_node = node.is_some_and(|node| !service_page::has_node(&self.context, &id, &node));
            let view = service_page::view(&self.context, &self.principal, place).map_err(failed)?;
            Ok(ServiceView { lacks_node, ..view })
        })
    }

    fn service_history(&self, id: ServiceId, range: HistoryRange) -> Answer<'_, ServiceHistoryView> {
        Box::pin(async move {
            let place = self.place(&id)?;
            service_page::chart(&self.context, &self.principal, place, range).await.map_err(failed)
        })
    }

    fn service_figures(&self, id: ServiceId, node: Option<String>) -> Answer<'_, ServiceFiguresView> {
        Box::pin(async move {
            let place = self.place(&id)?;
            let node = node.filter(|node| service_page::has_node(&self.context, &id, node));
            service_page::figures(&self.context, &self.principal, place, node.as_deref()).await.map_err(failed)
        })
    }

    fn check_now(&self, id: ServiceId) -> Answer<'_, ServiceView> {
        Box::pin(async move {
            let place = self.place(&id)?;
            service_page::check_now(&self.context, &self.principal, place).await.map_err(failed)?;
            service_page::view(&self.context, &self.principal, place).map_err(failed)
        })
    }

    fn pause(&self, id: ServiceId, request: PauseRequest) -> Answer<'_, ()> {
        Box::pin(async move {
            self.place(&id)?;
            CallerSilences::of(&self.context, &self.principal).pause(&id, request).await.map(drop).map_err(refused_silence)
        })
    }

    fn resume(&self, id: ServiceId) -> Answer<'_, ()> {
        Box::pin(async move {
            self.place(&id)?;
            CallerSilences::of(&self.context, &self.principal).resume(&id).await.map(drop).map_err(refused_silence)
        })
    }
}

impl ViewerBackend {
    /// Why the files are not the configuration in use; nothing if they are.
    fn reload_errors(&self) -> Vec<String> {
        let latest = self.context.reloads.status().latest;
        latest.and_then(|attempt| attempt.outcome.err()).unwrap_or_default()
    }

    fn place(&self, id: &ServiceId) -> Result<usize, RpcError> {
        service_page::place_of(&self.context, &self.principal, id.as_str()).map_err(failed)
    }

    fn channel(&self, health: &ChannelHealth) -> ChannelView {
        channel(health, self.context.channels.test_notifications.can_test(&health.name))
    }
}

fn store(health: &StoreHealth) -> StoreView {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let outage = health.outage.as_ref();
    StoreView {
        kind: health.kind.to_owned(),
        place: health.place.clone(),
        failure: outage.map(|outage| StoreFailureView { since: outage.since, message: outage.message.clone() }),
        waiting_commits: count(health.waiting_commits),
        waiting_samples: count(health.waiting_samples),
        dropped_samples: health.dropped_samples,
        stored_samples: health.stored_samples,
        stored_commits: health.stored_commits,
        latest_commit: u64::try_from(health.latest_commit.as_micros()).unwrap_or(u64::MAX),
    }
}

fn vault(health: &VaultHealth, oldest: Option<Duration>) -> VaultView {
    let outage = health.outage.as_ref();
    let outage = outage.map(|outage| VaultFailureView { since: outage.since, message: outage.message.clone() });
    let oldest_value = oldest.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
    VaultView { address: health.address.clone(), failure: outage, oldest_value }
}

/// The number of dropped notifications on the page, the latest ones.
const GIVEN_UP_SHOWN: usize = 20;

fn channel(health: &ChannelHealth, can_be_tested: bool) -> ChannelView {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let given_up = |message: &Notification| {
        let Notification { name, state, last_state, created, given_up, .. } = message;
        let reason = given_up.as_ref().map(|given_up| given_up.reason.clone()).unwrap_or_default();
        UndeliverableView { name: name.clone(), state: *state, last_state: *last_state, created: *created, reason }
    };
    ChannelView {
        name: health.name.clone(),
        kind: health.kind.clone(),
        is_disabled: health.is_disabled,
        can_be_tested,
        waiting: count(health.waiting),
        held: health.suppressed.iter().map(|(reason, messages)| (reason.clone(), count(*messages))).collect(),
        delivered: health.delivered,
        failed: health.failures,
        last_success: health.last_success,
        failure: health.failure.as_ref().map(|failure| ChannelFailureView {
            since: failure.since,
            message: failure.message.clone(),
            failures: failure.failures,
        }),
        given_up: count(health.given_up.len()),
        latest_given_up: health.given_up.iter().rev().take(GIVEN_UP_SHOWN).map(given_up).collect(),
    }
}
