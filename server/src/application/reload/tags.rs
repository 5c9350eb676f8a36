//! Which tags of services a reload changes, and for whom.

use crate::http::ShownService;
use model::{Roles, ServiceId, ServiceTags};
use std::collections::BTreeMap;

/// The services whose tags differ for the users with these roles. A service that they see no more has none.
pub(super) fn changes(before: &[ShownService], now: &[ShownService]) -> Vec<(Roles, ServiceTags)> {
    let mut services: BTreeMap<&ServiceId, [Option<&ShownService>; 2]> = BTreeMap::new();
    for (place, all) in [before, now].into_iter().enumerate() {
        for service in all {
            services.entry(&service.1.id).or_default()[place] = Some(service);
        }
    }
    let mut changes = Vec::new();
    for (id, [before, now]) in services {
        let has_same_roles = before.map(|(roles, _)| roles) == now.map(|(roles, _)| roles);
        let [had, has] = [before, now].map(|service| service.map_or(&[][..], |(_, settings)| settings.tags.as_slice()));
        let tags = |tags: &[String]| ServiceTags { service: id.clone(), tags: tags.to_vec() };
        match (before, now) {
            _ if has_same_roles && had == has => {}
            (_, Some((roles, _))) if has_same_roles => changes.push((roles.clone(), tags(has))),
            (before, now) => {
                changes.extend(before.filter(|_| !had.is_empty()).map(|(roles, _)| (roles.clone(), tags(&[]))));
                changes.extend(now.filter(|_| !has.is_empty()).map(|(roles, _)| (roles.clone(), tags(has))));
            }
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ServiceSettings;
    use std::sync::Arc;

    /// A service with its role and its tags.
    type Shown = (&'static str, &'static str, &'static [&'static str]);

    fn services(all: &[Shown]) -> Vec<ShownService> {
        let service = |(id, role, tags): &Shown| {
            let settings = ServiceSettings {
                id: ServiceId::new(*id),
                group: String::new(),
                name: String::new(),
                plugin: String::new(),
                roles: Vec::new(),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                interval: 60.0,
                timeout: 30.0,
                properties: Vec::new(),
                data: Vec::new(),
                problem: None,
            };
            (Roles::from_iter([*role]), Arc::new(settings))
        };
        all.iter().map(service).collect()
    }

    #[track_caller]
    fn check(before: &[Shown], now: &[Shown], expected: &[Shown]) {
        let expected: Vec<_> = services(expected)
            .into_iter()
            .map(|(roles, settings)| (roles, ServiceTags { service: settings.id.clone(), tags: settings.tags.clone() }))
            .collect();
        assert_eq!(changes(&services(before), &services(now)), expected);
    }

    #[test]
    fn services_with_other_tags_are_changes() {
        let same: Shown = ("same", "dev", &["x"]);
        check(&[same, ("web", "dev", &["a"])], &[same, ("web", "dev", &["a", "b"])], &[("web", "dev", &["a", "b"])]);
        check(&[same, ("web", "dev", &["a"])], &[same, ("web", "dev", &[])], &[("web", "dev", &[])]);
        check(&[same], &[same, ("new", "dev", &["a"]), ("plain", "dev", &[])], &[("new", "dev", &["a"])]);
        check(&[same, ("old", "dev", &["a"]), ("plain", "dev", &[])], &[same], &[("old", "dev", &[])]);
    }

    #[test]
    fn who_sees_a_service_no_more_sees_its_tags_no_more() {
        check(&[("web", "dev", &["a"])], &[("web", "ops", &["a"])], &[("web", "dev", &[]), ("web", "ops", &["a"])]);
        check(&[("web", "dev", &[])], &[("web", "ops", &[])], &[]);
    }
}
