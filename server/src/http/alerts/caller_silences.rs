//! Silences, maintenance and acknowledgements, as one caller may create and see them. The API and the page share this.

use super::limits::{LONGEST, YEARS, after, check_comment};
use super::paging::Part;
use super::recurrence;
use super::silence_error::SilenceError;
use crate::auth::{Principal, can_see};
use crate::http::Context;
use crate::http::history::visible;
use chrono::{DateTime, Datelike, FixedOffset};
use engine::suppression::{NewSilence, Requester};
use model::{AcknowledgementRequest, ServiceId, ServiceMatcher, SilenceRefusal, SilenceRequest, SilenceView, SuppressionKind};
use std::collections::HashSet;
use std::sync::Arc;
use storage::{Silence, SilenceKind};

/// The texts of one request that select services, and the bytes of all of them.
const MOST_TEXTS: usize = 100;
const LONGEST_TEXTS: usize = 4_000;

/// What one caller may see and change of the silences, acknowledgements, maintenance windows and pauses of all users.
pub struct CallerSilences<'a> {
    pub(super) context: &'a Context,
    pub(super) caller: &'a Principal,
    pub(super) visible: HashSet<&'a ServiceId>,
}

impl<'a> CallerSilences<'a> {
    pub fn of(context: &'a Context, caller: &'a Principal) -> Self {
        let services = context.settings.services.iter().filter(|(roles, _)| can_see(caller, roles));
        let visible = services.map(|(_, service)| &service.id).collect();
        Self { context, caller, visible }
    }

    /// Active and future silences about services that the caller may see, the oldest first: at most `limit` of those with a higher id than
    /// `number`.
    pub fn after(&self, number: u64, limit: usize) -> Part {
        let all = self.context.silences.all(self.context.clock.now()).into_iter();
        Part::of(all.filter(|silence| silence.id > number && self.is_visible(silence)), limit)
    }

    /// The silence without the services that the caller may not see.
    pub fn view_of(&self, silence: &Silence) -> SilenceView {
        let services = silence.services.iter().filter(|service| self.sees(service)).cloned().collect();
        let recurrence = recurrence::view(silence, self.context.clock.now());
        let occurrence = recurrence.as_ref().and_then(|recurrence| recurrence.occurrences.first().copied());
        SilenceView {
            id: silence.id,
            kind: silence.kind.suppression_kind(),
            incident: match silence.kind {
                SilenceKind::Acknowledgement { incident } => Some(incident),
                SilenceKind::Silence | SilenceKind::Maintenance | SilenceKind::Pause => None,
            },
            services: (!silence.services.is_empty()).then_some(services),
            may_withdraw: self.may_withdraw(silence),
            author: silence.author.clone(),
            comment: silence.comment.clone(),
            from: occurrence.map_or(silence.from, |occurrence| occurrence.from),
            until: occurrence.map_or(silence.until, |occurrence| Some(occurrence.until)),
            recurrence,
        }
    }

    /// The acknowledgement of an incident, if the caller may see it.
    pub fn acknowledgement(&self, incident: u64) -> Option<SilenceView> {
        let found = self.acknowledgements(incident).into_iter().rfind(|silence| self.is_visible(silence));
        found.map(|silence| self.view_of(&silence))
    }

    /// The services that one of these texts selects, of those that the caller may see, each once. Fails for a text that selects none, and
    /// for more or longer texts than may be given: each is compared with every service.
    pub fn matching(&self, texts: &[String]) -> Result<Vec<ServiceId>, SilenceRefusal> {
        if texts.len() > MOST_TEXTS || texts.iter().map(String::len).sum::<usize>() > LONGEST_TEXTS {
            return Err(SilenceRefusal::TooManyTexts { texts: MOST_TEXTS, bytes: LONGEST_TEXTS });
        }
        let (mut found, mut known) = (Vec::new(), HashSet::new());
        for text in texts {
            let matcher = ServiceMatcher::read(text);
            let services = visible(self.context, self.caller).filter(|service| {
                let has_role = |role: &str| service.roles.iter().any(|known| known == role);
                matcher.matches(service.id.as_str(), &service.group, &service.tags, has_role)
            });
            let mut matches = services.peekable();
            if matches.peek().is_none() {
                return Err(SilenceRefusal::NoMatch(text.clone()));
            }
            found.extend(matches.filter(|service| known.insert(&service.id)).map(|service| service.id.clone()));
        }
        Ok(found)
    }

    /// Creates a silence or maintenance.
    pub async fn create(&self, request: SilenceRequest) -> Result<Arc<Silence>, SilenceError> {
        self.ask_for_operator()?;
        let now = self.context.clock.now();
        let draft = self.draft(request, now)?;
        self.take(draft, now).await
    }

    /// Acknowledges an incident. A second acknowledgement replaces the first.
    pub async fn acknowledge(&self, incident: u64, request: AcknowledgementRequest) -> Result<Arc<Silence>, SilenceError> {
        let service = self.context.open_incidents.service(incident).filter(|service| self.visible.contains(service));
        let service = service.ok_or(SilenceError::Gone)?;
        self.ask_for_operator()?;
        let AcknowledgementRequest { comment, minutes } = request;
        check_comment(&comment)?;
        let now = self.context.clock.now();
        let earlier = self.acknowledgements(incident);
        let draft = NewSilence {
            kind: SilenceKind::Acknowledgement { incident },
            services: vec![service],
            author: self.caller.name.clone(),
            comment,
            from: now,
            until: minutes.map(|minutes| after(now, minutes)).transpose()?,
            recurrence: None,
        };
        let silence = self.take(draft, now).await?;
        for earlier in earlier {
            self.context.silences.withdraw(earlier.id, now).await;
        }
        Ok(silence)
    }

    /// Ends the acknowledgement of an incident.
    pub async fn withdraw_acknowledgement(&self, incident: u64) -> Result<(), SilenceError> {
        let mut theirs = self.acknowledgements(incident);
        theirs.retain(|silence| self.is_visible(silence));
        if theirs.is_empty() {
            return Err(SilenceError::Gone);
        }
        for silence in theirs {
            self.withdraw(silence.id).await?;
        }
        Ok(())
    }

    /// Ends what has this number. It ends for every service that it covers, so the caller must see all of them.
    pub async fn withdraw(&self, id: u64) -> Result<(), SilenceError> {
        let silence = self.context.silences.get(id).filter(|silence| self.is_visible(silence)).ok_or(SilenceError::Gone)?;
        self.ask_for_operator()?;
        if !self.may_withdraw(&silence) {
            return Err(SilenceError::CoversOthers);
        }
        let silence = self.context.silences.withdraw(id, self.context.clock.now()).await.ok_or(SilenceError::Gone)?;
        let by = &self.caller.name;
        tracing::info!(silence = id, kind = %silence.kind.suppression_kind(), by, "Suppression withdrawn by an operator.");
        Ok(())
    }

    pub(super) fn ask_for_operator(&self) -> Result<(), SilenceError> {
        if self.caller.is_operator() { Ok(()) } else { Err(SilenceError::NotOperator) }
    }

    pub(super) async fn take(&self, draft: NewSilence, now: DateTime<FixedOffset>) -> Result<Arc<Silence>, SilenceError> {
        let orderer = Requester { user: self.caller.user(), is_admin: self.caller.is_admin() };
        let silence = self.context.silences.add(draft, orderer, now).await?;
        let (kind, author) = (silence.kind.suppression_kind(), &silence.author);
        tracing::info!(silence = silence.id, %kind, author, "Notifications suppressed by an operator.");
        Ok(silence)
    }

    fn acknowledgements(&self, incident: u64) -> Vec<Arc<Silence>> {
        let mut all = self.context.silences.all(self.context.clock.now());
        all.retain(|silence| silence.kind == SilenceKind::Acknowledgement { incident });
        all
    }

    /// Whether it covers a service that the caller may see.
    pub(super) fn is_visible(&self, silence: &Silence) -> bool {
        match silence.services.as_slice() {
            [] => self.caller.sees_all() || !self.visible.is_empty(),
            services => services.iter().any(|service| self.sees(service)),
        }
    }

    /// Whether the caller sees every service that it covers. Of all services those count as well that may be configured later.
    pub(super) fn may_withdraw(&self, silence: &Silence) -> bool {
        let sees_named = || silence.services.iter().all(|service| self.sees(service));
        self.caller.sees_all() || (!silence.services.is_empty() && sees_named())
    }

    /// Services that are no longer configured are seen by those who see all.
    pub(super) fn sees(&self, service: &ServiceId) -> bool {
        self.caller.sees_all() || self.visible.contains(service)
    }

    fn draft(&self, mut request: SilenceRequest, now: DateTime<FixedOffset>) -> Result<NewSilence, SilenceRefusal> {
        let kind = match request.kind {
            SuppressionKind::Silence => SilenceKind::Silence,
            SuppressionKind::Maintenance => SilenceKind::Maintenance,
            SuppressionKind::Pause => return Err(SilenceRefusal::PauseElsewhere),
            SuppressionKind::Acknowledgement | SuppressionKind::Dependency => return Err(SilenceRefusal::AcknowledgeElsewhere),
        };
        let services = match request.services.take() {
            services if !request.matching.is_empty() => {
                let mut services = services.unwrap_or_default();
                services.extend(self.matching(&request.matching)?);
                services
            }
            None if self.caller.is_admin() => Vec::new(),
            None => return Err(SilenceRefusal::AllNeedAdmin),
            Some(services) if services.is_empty() => return Err(SilenceRefusal::NoServices),
            Some(services) => services,
        };
        if let Some(unknown) = services.iter().find(|service| !self.visible.contains(service)) {
            return Err(SilenceRefusal::NoSuchService(unknown.clone()));
        }
        check_comment(&request.comment)?;
        let (from, until) = match &request.recurrence {
            Some(rule) => (now, recurrence::end(rule, &request, now)?),
            None => once(&request, now).map(|(from, until)| (from, Some(until)))?,
        };
        let (author, SilenceRequest { comment, recurrence, .. }) = (self.caller.name.clone(), request);
        Ok(NewSilence { kind, services, author, comment, from, until, recurrence })
    }
}

/// Begin and end of a silence that does not recur.
fn once(
    request: &SilenceRequest,
    now: DateTime<FixedOffset>,
) -> Result<(DateTime<FixedOffset>, DateTime<FixedOffset>), SilenceRefusal> {
    let from = request.from.unwrap_or(now);
    let until = match (request.until, request.minutes) {
        (Some(until), None) => until,
        (None, Some(minutes)) => after(from, minutes)?,
        _ => return Err(SilenceRefusal::NoEnd),
    };
    if ![from, until].iter().all(|instant| YEARS.contains(&instant.year())) {
        return Err(SilenceRefusal::OutOfYears);
    }
    if until <= from.max(now) {
        return Err(SilenceRefusal::HasEnded);
    }
    if until - now > LONGEST { Err(SilenceRefusal::TooLong) } else { Ok((from, until)) }
}
