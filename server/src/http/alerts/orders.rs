//! Silences, maintenance and acknowledgements, as one caller may create and see them. The API and the page share this.

use super::limits::{LONGEST, YEARS, after, check_comment};
use super::order_error::OrderError;
use super::paging::Part;
use super::recurrence;
use crate::auth::{Principal, can_see};
use crate::http::Context;
use crate::http::history::visible;
use chrono::{DateTime, Datelike, FixedOffset};
use engine::suppression::{NewSilence, Requester};
use model::{AcknowledgementRequest, OrderRefusal, ServiceId, ServiceMatcher, SilenceRequest, SilenceView, SuppressionKind};
use std::collections::HashSet;
use std::sync::Arc;
use storage::{Directive, DirectiveKind};

/// The texts of one order that select services, and the bytes of all of them.
const MOST_TEXTS: usize = 100;
const LONGEST_TEXTS: usize = 4_000;

/// The orders of one caller.
pub struct Orders<'a> {
    pub(super) context: &'a Context,
    pub(super) caller: &'a Principal,
    pub(super) visible: HashSet<&'a ServiceId>,
}

impl<'a> Orders<'a> {
    pub fn of(context: &'a Context, caller: &'a Principal) -> Self {
        let services = context.settings.services.iter().filter(|(roles, _)| can_see(caller, roles));
        let visible = services.map(|(_, service)| &service.id).collect();
        Self { context, caller, visible }
    }

    /// Active and future orders about services that the caller may see, the oldest first: at most `limit` of those with a higher id than
    /// `number`.
    pub fn after(&self, number: u64, limit: usize) -> Part {
        let all = self.context.directives.all(self.context.clock.now()).into_iter();
        Part::of(all.filter(|directive| directive.id > number && self.is_visible(directive)), limit)
    }

    /// The order without the services that the caller may not see.
    pub fn view_of(&self, directive: &Directive) -> SilenceView {
        let services = directive.services.iter().filter(|service| self.sees(service)).cloned().collect();
        let recurrence = recurrence::view(directive, self.context.clock.now());
        let occurrence = recurrence.as_ref().and_then(|recurrence| recurrence.occurrences.first().copied());
        SilenceView {
            id: directive.id,
            kind: directive.kind.hold(),
            incident: match directive.kind {
                DirectiveKind::Acknowledgement { incident } => Some(incident),
                DirectiveKind::Silence | DirectiveKind::Maintenance | DirectiveKind::Pause => None,
            },
            services: (!directive.services.is_empty()).then_some(services),
            may_withdraw: self.may_withdraw(directive),
            author: directive.author.clone(),
            comment: directive.comment.clone(),
            from: occurrence.map_or(directive.from, |occurrence| occurrence.from),
            until: occurrence.map_or(directive.until, |occurrence| Some(occurrence.until)),
            recurrence,
        }
    }

    /// The acknowledgement of an incident, if the caller may see it.
    pub fn acknowledgement(&self, incident: u64) -> Option<SilenceView> {
        let found = self.acknowledgements(incident).into_iter().rfind(|directive| self.is_visible(directive));
        found.map(|directive| self.view_of(&directive))
    }

    /// The services that one of these texts selects, of those that the caller may see, each once. Fails for a text that selects none, and
    /// for more or longer texts than may be given: each is compared with every service.
    pub fn matching(&self, texts: &[String]) -> Result<Vec<ServiceId>, OrderRefusal> {
        if texts.len() > MOST_TEXTS || texts.iter().map(String::len).sum::<usize>() > LONGEST_TEXTS {
            return Err(OrderRefusal::TooManyTexts { texts: MOST_TEXTS, bytes: LONGEST_TEXTS });
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
                return Err(OrderRefusal::NoMatch(text.clone()));
            }
            found.extend(matches.filter(|service| known.insert(&service.id)).map(|service| service.id.clone()));
        }
        Ok(found)
    }

    /// Creates a silence or maintenance.
    pub async fn hold(&self, order: SilenceRequest) -> Result<Arc<Directive>, OrderError> {
        self.ask_for_operator()?;
        let now = self.context.clock.now();
        let draft = self.draft(order, now)?;
        self.take(draft, now).await
    }

    /// Acknowledges an incident. A second acknowledgement replaces the first.
    pub async fn acknowledge(&self, incident: u64, order: AcknowledgementRequest) -> Result<Arc<Directive>, OrderError> {
        let service = self.context.open_incidents.service(incident).filter(|service| self.visible.contains(service));
        let service = service.ok_or(OrderError::Gone)?;
        self.ask_for_operator()?;
        let AcknowledgementRequest { comment, minutes } = order;
        check_comment(&comment)?;
        let now = self.context.clock.now();
        let earlier = self.acknowledgements(incident);
        let draft = NewSilence {
            kind: DirectiveKind::Acknowledgement { incident },
            services: vec![service],
            author: self.caller.name.clone(),
            comment,
            from: now,
            until: minutes.map(|minutes| after(now, minutes)).transpose()?,
            recurrence: None,
        };
        let directive = self.take(draft, now).await?;
        for earlier in earlier {
            self.context.directives.withdraw(earlier.id, now).await;
        }
        Ok(directive)
    }

    /// Ends the acknowledgement of an incident.
    pub async fn withdraw_acknowledgement(&self, incident: u64) -> Result<(), OrderError> {
        let mut theirs = self.acknowledgements(incident);
        theirs.retain(|directive| self.is_visible(directive));
        if theirs.is_empty() {
            return Err(OrderError::Gone);
        }
        for directive in theirs {
            self.withdraw(directive.id).await?;
        }
        Ok(())
    }

    /// Ends what was ordered under this number. It ends for every service that it covers, so the caller must see all of them.
    pub async fn withdraw(&self, id: u64) -> Result<(), OrderError> {
        let directive = self.context.directives.get(id).filter(|directive| self.is_visible(directive)).ok_or(OrderError::Gone)?;
        self.ask_for_operator()?;
        if !self.may_withdraw(&directive) {
            return Err(OrderError::CoversOthers);
        }
        let directive = self.context.directives.withdraw(id, self.context.clock.now()).await.ok_or(OrderError::Gone)?;
        let by = &self.caller.name;
        tracing::info!(directive = id, kind = %directive.kind.hold(), by, "Suppression withdrawn by an operator.");
        Ok(())
    }

    pub(super) fn ask_for_operator(&self) -> Result<(), OrderError> {
        if self.caller.is_operator() { Ok(()) } else { Err(OrderError::NotOperator) }
    }

    pub(super) async fn take(&self, draft: NewSilence, now: DateTime<FixedOffset>) -> Result<Arc<Directive>, OrderError> {
        let orderer = Requester { user: self.caller.user(), is_admin: self.caller.is_admin() };
        let directive = self.context.directives.add(draft, orderer, now).await?;
        let (kind, author) = (directive.kind.hold(), &directive.author);
        tracing::info!(directive = directive.id, %kind, author, "Notifications suppressed by an operator.");
        Ok(directive)
    }

    fn acknowledgements(&self, incident: u64) -> Vec<Arc<Directive>> {
        let mut all = self.context.directives.all(self.context.clock.now());
        all.retain(|directive| directive.kind == DirectiveKind::Acknowledgement { incident });
        all
    }

    /// Whether it covers a service that the caller may see.
    pub(super) fn is_visible(&self, directive: &Directive) -> bool {
        match directive.services.as_slice() {
            [] => self.caller.sees_all() || !self.visible.is_empty(),
            services => services.iter().any(|service| self.sees(service)),
        }
    }

    /// Whether the caller sees every service that it covers. Of all services those count as well that may be configured later.
    pub(super) fn may_withdraw(&self, directive: &Directive) -> bool {
        let sees_named = || directive.services.iter().all(|service| self.sees(service));
        self.caller.sees_all() || (!directive.services.is_empty() && sees_named())
    }

    /// Services that are no longer configured are seen by those who see all.
    pub(super) fn sees(&self, service: &ServiceId) -> bool {
        self.caller.sees_all() || self.visible.contains(service)
    }

    fn draft(&self, mut order: SilenceRequest, now: DateTime<FixedOffset>) -> Result<NewSilence, OrderRefusal> {
        let kind = match order.kind {
            SuppressionKind::Silence => DirectiveKind::Silence,
            SuppressionKind::Maintenance => DirectiveKind::Maintenance,
            SuppressionKind::Pause => return Err(OrderRefusal::PauseElsewhere),
            SuppressionKind::Acknowledgement | SuppressionKind::Dependency => return Err(OrderRefusal::AcknowledgeElsewhere),
        };
        let services = match order.services.take() {
            services if !order.matching.is_empty() => {
                let mut services = services.unwrap_or_default();
                services.extend(self.matching(&order.matching)?);
                services
            }
            None if self.caller.is_admin() => Vec::new(),
            None => return Err(OrderRefusal::AllNeedAdmin),
            Some(services) if services.is_empty() => return Err(OrderRefusal::NoServices),
            Some(services) => services,
        };
        if let Some(unknown) = services.iter().find(|service| !self.visible.contains(service)) {
            return Err(OrderRefusal::NoSuchService(unknown.clone()));
        }
        check_comment(&order.comment)?;
        let (from, until) = match &order.recurrence {
            Some(rule) => (now, recurrence::end(rule, &order, now)?),
            None => once(&order, now).map(|(from, until)| (from, Some(until)))?,
        };
        let (author, SilenceRequest { comment, recurrence, .. }) = (self.caller.name.clone(), order);
        Ok(NewSilence { kind, services, author, comment, from, until, recurrence })
    }
}

/// Begin and end of an order that does not recur.
fn once(
    order: &SilenceRequest,
    now: DateTime<FixedOffset>,
) -> Result<(DateTime<FixedOffset>, DateTime<FixedOffset>), OrderRefusal> {
    let from = order.from.unwrap_or(now);
    let until = match (order.until, order.minutes) {
        (Some(until), None) => until,
        (None, Some(minutes)) => after(from, minutes)?,
        _ => return Err(OrderRefusal::NoEnd),
    };
    if ![from, until].iter().all(|instant| YEARS.contains(&instant.year())) {
        return Err(OrderRefusal::OutOfYears);
    }
    if until <= from.max(now) {
        return Err(OrderRefusal::HasEnded);
    }
    if until - now > LONGEST { Err(OrderRefusal::TooLong) } else { Ok((from, until)) }
}
