//! What the settings show, and to whom: users, API keys and the scheduler to administrators only.

use crate::auth::{Keys, ListedKey, Permission, Principal, Users};
use chrono::{DateTime, Local, Utc};
use engine::activity::Activity;
use engine::row::MISCONFIGURED;
use model::{KeySettings, Roles, SchedulerView, ServiceSettings, UserSettings};
use system::foreign_text;

/// The configuration of a service as this user may see it. Only administrators see what is wrong with it, since that names files.
pub(super) fn service(service: &ServiceSettings, viewer: &Principal) -> ServiceSettings {
    let mut service = service.clone();
    if !viewer.is_admin() {
        service.problem = service.problem.map(|_| format!("{MISCONFIGURED}."));
    }
    service
}

pub(super) fn scheduler(activity: &Activity) -> SchedulerView {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let lateness = activity.lateness();
    let sum = u64::try_from(lateness.sum.as_micros()).unwrap_or(u64::MAX);
    SchedulerView {
        running: count(activity.running()),
        started: lateness.count,
        lateness: sum.checked_div(lateness.count).unwrap_or_default(),
        p99: lateness.bound_of(99).and_then(|bound| u64::try_from(bound.as_micros()).ok()),
    }
}

/// Sorted by name.
pub(super) fn users(users: &Users) -> Vec<UserSettings> {
    let mut users: Vec<_> = users.all().iter().map(user).collect();
    users.sort_by(|a, b| a.name.cmp(&b.name));
    users
}

fn user(principal: &Principal) -> UserSettings {
    let permission = principal.permission();
    UserSettings { name: principal.name.clone(), permission: named(permission), roles: listed_roles(principal.roles()) }
}

/// Sorted by user and name.
pub(super) fn keys(keys: &Keys) -> Vec<KeySettings> {
    let mut keys: Vec<_> = keys.listed().into_iter().map(key).collect();
    keys.sort_by(|a, b| (&a.user, &a.name).cmp(&(&b.user, &b.name)));
    keys
}

pub(super) fn key(listed: ListedKey) -> KeySettings {
    let ListedKey { id, key, created, author, used, has_user } = listed;
    let local = |time: DateTime<Utc>| time.with_timezone(&Local).fixed_offset();
    KeySettings {
        // An editor may have written any text into `keys.yaml`.
        name: foreign_text::line(&key.name).into_owned(),
        user: foreign_text::line(&key.user).into_owned(),
        permission: named(key.scope),
        roles: key.roles.as_ref().map(listed_roles),
        expires: key.expires.map(local),
        is_expired: key.expires.is_some_and(|time| time <= Utc::now()),
        id,
        created: created.map(local),
        author,
        used: used.map(local),
        has_user,
    }
}

fn named(permission: Permission) -> String {
    match permission {
        Permission::View => "view",
        Permission::Operate => "operate",
        Permission::Administer => "admin",
    }
    .to_owned()
}

fn listed_roles(roles: &Roles) -> Vec<String> {
    roles.iter().map(str::to_owned).collect()
}
