//! What somebody may order about alerts, and what they see of what is ordered. The API and the page both ask here.

use super::paging::Part;
use crate::auth::{Principal, can_see};
use crate::http::Context;
use chrono::{DateTime, Datelike, FixedOffset, TimeDelta};
use engine::holding::{Draft, Orderer, TooMany};
use model::{AcknowledgementRequest, MaintenanceWindowView, ServiceId, SilenceRequest, SilenceView, SilencesView, SuppressionKind};
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::Arc;
use storage::{Directive, DirectiveKind};

/// Orders that the page shows at once.
const SHOWN: usize = 50;

/// No order is for longer; who needs more says it in the configuration.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// Years in which an order may begin and end. Others cannot be written in all forms, and calculating with them could overflow.
const YEARS: RangeInclusive<i32> = 1970..=9999;

/// In bytes.
const LONGEST_COMMENT: usize = 1000;

/// Why an order was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// There is nothing that the caller may see under that number.
    #[error("there is nothing of that number")]
    Gone,
    #[error("this needs the role operator or admin")]
    NotOperator,
    /// It covers services that the caller may not see, whose alerts are not theirs to be sent again.
    #[error("this also covers services that you may not see; a user who sees all of them can withdraw it")]
    CoversOthers,
    /// The caller has their share of orders already.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// What is wrong with it, in words without a full stop.
    #[error("{0}")]
    Wrong(String),
}

/// The orders of one caller.
pub struct Orders<'a> {
    context: &'a Context,
    caller: &'a Principal,
    visible: HashSet<&'a ServiceId>,
}

impl<'a> Orders<'a> {
    pub fn of(context: &'a Context, caller: &'a Principal) -> Self {
        let services = context.settings.services.iter().filter(|(roles, _)| can_see(caller, roles));
        let visible = services.map(|(_, service)| &service.id).collect();
        Self { context, caller, visible }
    }

    /// What holds now or later and is about a service that the caller may see, the earliest ordered first: at most so many of those
    /// that were ordered after this number.
    pub fn after(&self, number: u64, limit: usize) -> Part {
        let all = self.context.directives.all(self.context.clock.now()).into_iter();
        Part::of(all.filter(|directive| directive.id > number && self.is_visible(directive)), limit)
    }

    /// The same for the page, which shows what the configuration says as well, with the first orders.
    pub fn view(&self, after: Option<u64>) -> SilencesView {
        let Part { orders, next } = self.after(after.unwrap_or_default(), SHOWN);
        let ordered = orders.iter().map(|directive| self.view_of(directive)).collect();
        let configured = if after.is_none() { self.configured() } else { Vec::new() };
        SilencesView { ordered, configured, next }
    }

    fn configured(&self) -> Vec<MaintenanceWindowView> {
        let services = self.context.settings.services.iter().map(|(_, service)| service);
        let visible: Vec<_> = services
            .filter(|service| self.visible.contains(&service.id))
            .map(|service| (&service.id, service.group.as_str()))
            .collect();
        self.context.maintenance.views(&visible, self.context.clock.now())
    }

    /// As the caller may see it: without the services that are not theirs.
    pub fn view_of(&self, directive: &Directive) -> SilenceView {
        let services = directive.services.iter().filter(|service| self.sees(service)).cloned().collect();
        SilenceView {
            id: directive.id,
            kind: directive.kind.hold(),
            incident: match directive.kind {
                DirectiveKind::Acknowledgement { incident } => Some(incident),
                DirectiveKind::Silence | DirectiveKind::Maintenance => None,
            },
            services: (!directive.services.is_empty()).then_some(services),
            may_withdraw: self.may_withdraw(directive),
            author: directive.author.clone(),
            comment: directive.comment.clone(),
            from: directive.from,
            until: directive.until,
        }
    }

    /// Nobody is told of these services for a while.
    pub async fn hold(&self, order: SilenceRequest) -> Result<Arc<Directive>, OrderError> {
        self.ask_for_operator()?;
        let now = self.context.clock.now();
        let draft = self.draft(order, now)?;
        self.take(draft, now).await
    }

    /// The caller works on an incident, and nobody else needs to be told of it before it ends. Another acknowledgement takes the
    /// place of the first.
    pub async fn acknowledge(&self, incident: u64, order: AcknowledgementRequest) -> Result<Arc<Directive>, OrderError> {
        let service = self.context.open_incidents.service(incident).filter(|service| self.visible.contains(service));
        let service = service.ok_or(OrderError::Gone)?;
        self.ask_for_operator()?;
        let AcknowledgementRequest { comment, minutes } = order;
        check_comment(&comment)?;
        let now = self.context.clock.now();
        let earlier = self.acknowledgements(incident);
        let draft = Draft {
            kind: DirectiveKind::Acknowledgement { incident },
            services: vec![service],
            author: self.caller.name.clone(),
            comment,
            from: now,
            until: minutes.map(|minutes| after(now, minutes)).transpose()?,
        };
        let directive = self.take(draft, now).await?;
        for earlier in earlier {
            self.context.directives.withdraw(earlier.id).await;
        }
        Ok(directive)
    }

    /// Others are told of the incident again.
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
        let directive = self.context.directives.withdraw(id).await.ok_or(OrderError::Gone)?;
        let by = &self.caller.name;
        tracing::info!(directive = id, kind = %directive.kind.hold(), by, "An order to hold alerts was withdrawn.");
        Ok(())
    }

    fn ask_for_operator(&self) -> Result<(), OrderError> {
        if self.caller.is_operator() { Ok(()) } else { Err(OrderError::NotOperator) }
    }

    async fn take(&self, draft: Draft, now: DateTime<FixedOffset>) -> Result<Arc<Directive>, OrderError> {
        let orderer = Orderer { user: self.caller.user(), is_admin: self.caller.is_admin() };
        let directive = self.context.directives.order(draft, orderer, now).await?;
        let (kind, author) = (directive.kind.hold(), &directive.author);
        tracing::info!(directive = directive.id, %kind, author, "Alerts are held by order.");
        Ok(directive)
    }

    fn acknowledgements(&self, incident: u64) -> Vec<Arc<Directive>> {
        let mut all = self.context.directives.all(self.context.clock.now());
        all.retain(|directive| directive.kind == DirectiveKind::Acknowledgement { incident });
        all
    }

    /// One about services that somebody may not see at all is none for them.
    fn is_visible(&self, directive: &Directive) -> bool {
        match directive.services.as_slice() {
            [] => self.caller.sees_all() || !self.visible.is_empty(),
            services => services.iter().any(|service| self.sees(service)),
        }
    }

    /// Whether the caller sees every service that it covers. Of all services those count as well that may be configured later.
    fn may_withdraw(&self, directive: &Directive) -> bool {
        let sees_named = || directive.services.iter().all(|service| self.sees(service));
        self.caller.sees_all() || (!directive.services.is_empty() && sees_named())
    }

    /// Services that are no longer configured are seen by those who see all.
    fn sees(&self, service: &ServiceId) -> bool {
        self.caller.sees_all() || self.visible.contains(service)
    }

    fn draft(&self, order: SilenceRequest, now: DateTime<FixedOffset>) -> Result<Draft, OrderError> {
        let wrong = |text: &str| OrderError::Wrong(text.to_owned());
        let kind = match order.kind {
            SuppressionKind::Silence => DirectiveKind::Silence,
            SuppressionKind::Maintenance => DirectiveKind::Maintenance,
            SuppressionKind::Acknowledgement | SuppressionKind::Dependency => {
                return Err(wrong(
                    "`kind` is `silence` or `maintenance`; incidents are acknowledged at /incidents/ID/acknowledgement",
                ));
            }
        };
        let services = match order.services {
            None if self.caller.is_admin() => Vec::new(),
            None => return Err(wrong("name the `services`; all of them only an administrator may silence")),
            Some(services) if services.is_empty() => return Err(wrong("`services` is empty; name some, or leave it out for all")),
            Some(services) => services,
        };
        if let Some(unknown) = services.iter().find(|service| !self.visible.contains(service)) {
            return Err(OrderError::Wrong(format!("there is no service `{unknown}`")));
        }
        let from = order.from.unwrap_or(now);
        let until = match (order.until, order.minutes) {
            (Some(until), None) => until,
            (None, Some(minutes)) => after(from, minutes)?,
            _ => return Err(wrong("say how long: give either `minutes` or `until`")),
        };
        if ![from, until].iter().all(|instant| YEARS.contains(&instant.year())) {
            return Err(wrong(OUT_OF_RANGE));
        }
        if until <= from.max(now) {
            return Err(wrong("it would have ended already"));
        }
        if until - now > LONGEST {
            return Err(wrong("it must end within a year; for longer use `maintenance` in config.yaml"));
        }
        check_comment(&order.comment)?;
        Ok(Draft { kind, services, author: self.caller.name.clone(), comment: order.comment, from, until: Some(until) })
    }
}

const OUT_OF_RANGE: &str = "it must begin and end in the years from 1970 to 9999";

/// Fails when that is too far away to be written.
fn after(instant: DateTime<FixedOffset>, minutes: u32) -> Result<DateTime<FixedOffset>, OrderError> {
    let end = instant.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    end.filter(|end| YEARS.contains(&end.year())).ok_or_else(|| OrderError::Wrong(OUT_OF_RANGE.to_owned()))
}

fn check_comment(comment: &str) -> Result<(), OrderError> {
    if comment.len() > LONGEST_COMMENT {
        return Err(OrderError::Wrong(format!("the comment is longer than {LONGEST_COMMENT} bytes")));
    }
    Ok(())
}
