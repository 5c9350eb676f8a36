//! Of which rows nobody is told now.

use super::Holding;
use crate::Service;
use crate::events::Holds;
use chrono::{DateTime, FixedOffset};
use model::{Suppression, SuppressionKind};
use std::collections::hash_map::Entry;
use std::sync::Arc;
use storage::{Directive, DirectiveKind};

impl Holding {
    /// Everything that holds alerts at this time. Of several that hold the same, the one that lasts
    /// longest counts.
    pub fn holds(&self, services: &[Arc<Service>], now: DateTime<FixedOffset>) -> Holds {
        let without_what_they_need = self.dependencies.without_what_they_need().cloned().collect();
        let mut holds = Holds { without_what_they_need, ..Holds::default() };
        for directive in self.directives.all(now).iter().filter(|directive| directive.is_in_force(now)) {
            let hold = ordered(directive);
            match directive.kind {
                DirectiveKind::Acknowledgement { incident } => lengthen(holds.incidents.entry(incident), hold),
                DirectiveKind::Silence | DirectiveKind::Maintenance if directive.services.is_empty() => {
                    holds.all = Some(holds.all.filter(|known| lasts_longer(known, &hold)).unwrap_or(hold));
                }
                DirectiveKind::Silence | DirectiveKind::Maintenance => {
                    for service in &directive.services {
                        lengthen(holds.services.entry(service.clone()), hold.clone());
                    }
                }
            }
        }
        for window in &self.maintenance.windows {
            let Some(until) = window.end(now) else { continue };
            let hold = Suppression { kind: SuppressionKind::Maintenance, author: None, comment: String::new(), until: Some(until) };
            for service in services.iter().filter(|service| window.scope.has(&service.id, &service.group)) {
                lengthen(holds.services.entry(service.id.clone()), hold.clone());
            }
        }
        holds
    }
}

fn ordered(directive: &Directive) -> Suppression {
    Suppression {
        kind: directive.kind.hold(),
        author: Some(directive.author.clone()),
        comment: directive.comment.clone(),
        until: directive.until,
    }
}

fn lengthen<K>(entry: Entry<'_, K, Suppression>, hold: Suppression) {
    match entry {
        Entry::Vacant(vacant) => {
            vacant.insert(hold);
        }
        Entry::Occupied(mut known) if lasts_longer(&hold, known.get()) => {
            known.insert(hold);
        }
        Entry::Occupied(_) => {}
    }
}

/// Whether it ends later; what has no end lasts longest.
fn lasts_longer(hold: &Suppression, other: &Suppression) -> bool {
    match (hold.until, other.until) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(until), Some(others)) => until > others,
    }
}
