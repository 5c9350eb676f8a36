//! `defaults`, `templates` and `for_each` in whole configurations.

use super::{Files, ONE_USER};

#[test]
fn references_are_resolved_in_each_service_and_only_where_they_are_used() {
    let config = "templates:
  web: {type: rest_http, properties: {host: '${each.host}', token: '${TOKEN}'}}
  unused: {type: '${NOWHERE}', data: {name: '$${each.x}'}}
defaults: {timeout: '${TIMEOUT:-7}'}
";
    let services =
        "web-${each.name}: {use: web, for_each: [{name: a, host: '${HOST}'}, {name: b, host: b.lan}]}\nplain: {type: tcp}\n";
    let files = Files::new(config, services, ONE_USER);
    let variable = |name: &str| ["HOST", "TOKEN"].contains(&name).then(|| format!("{name}.env"));
    let loaded = files.load_with(&variable).unwrap();
    let nodes: Vec<_> = loaded.services.iter().map(|service| (service.id.as_str(), service.node.as_str())).collect();
    assert_eq!(nodes, [("web-a", "HOST.env"), ("web-b", "b.lan"), ("plain", "n/a")]);
    assert!(loaded.services.iter().all(|service| service.timeout.as_secs() == 7 && service.check.is_ok()));
}

#[test]
fn an_error_in_a_template_has_its_place_and_affects_the_services_that_use_it() {
    let config = "templates:\n  web:\n    type: tcp\n    properties: {port: '${NOWHERE}'}\n";
    let services = "a: {use: web}\nb: {type: tcp, data: {name: '${each.x}'}}\nc: {use: [wep], timeot: 5}\nd: {type: tcp}\n";
    let files = Files::new(config, services, ONE_USER);
    let loaded = files.load().unwrap();
    let errors =
        |service: &crate::config::Service| service.errors().map(|error| files.without_folder(&error.to_string())).collect();
    let errors: Vec<Vec<String>> = loaded.services.iter().map(errors).collect();
    insta::assert_debug_snapshot!(errors);
}

#[test]
fn wrong_templates_and_defaults_prevent_the_start() {
    let config = "templates: {a: {use: b}, b: {use: a}}\ndefaults: {intervall: 5}\n";
    let services = "s-${each.value}: {type: t, for_each: [1, 1]}\ns-1: {type: t}\n";
    insta::assert_snapshot!(Files::new(config, services, ONE_USER).error());
}

#[test]
fn a_warning_about_a_template_is_given_once() {
    let config = "templates: {a: {type: tcp, retries_before_notify: 0, data: {name: \"a\\u0007\"}}}\n";
    let files = Files::new(config, "x: {use: a, timeout: 5}\ny: {use: a, timeout: 5}\n", ONE_USER);
    let warnings = files.load().unwrap().warnings;
    assert_eq!(warnings.len(), 2, "{warnings:?}");
}

#[test]
fn a_change_of_a_template_changes_the_services_that_use_it() {
    let services = "a: {use: web}\nb: {type: tcp}\n";
    let fingerprints = |config: &str| {
        let loaded = Files::new(config, services, ONE_USER).load().unwrap();
        loaded.services.iter().map(|service| service.fingerprint).collect::<Vec<_>>()
    };
    let before = fingerprints("templates: {web: {type: tcp, timeout: 5}}");
    let moved = fingerprints("check_interval: 60\ntemplates:\n  web:\n    timeout: 5\n    type: tcp\n");
    let after = fingerprints("templates: {web: {type: tcp, timeout: 6}}");
    assert_eq!(before[1], after[1]);
    assert_ne!(before[0], after[0]);
    assert_eq!(moved[1], before[1]);
}
