use super::{Files, ONE_USER};
use crate::config::{Config, Service};
use std::time::Duration;

fn load(services: &str) -> Config {
    Files::new("check_interval: 20", services, ONE_USER).load().unwrap()
}

#[track_caller]
fn one(service: &str) -> Service {
    load(&format!("one: {service}\n")).services.remove(0)
}

/// The problem of a service without the folder of the file.
#[track_caller]
fn problem(service: &str) -> String {
    let problem = one(service).check.unwrap_err().to_string();
    problem.split_once("services.yaml:").unwrap().1.to_owned()
}

#[test]
fn what_is_not_given_has_a_default() {
    let service = one("{type: rest_http}");
    assert!(service.check.is_ok() && service.roles.is_empty());
    assert_eq!((service.group.as_str(), service.name.as_str(), service.node.as_str()), ("n/a", "one", "n/a"));
    assert_eq!((service.interval, service.timeout), (Duration::from_secs(20), Duration::from_secs(30)));
}

#[test]
fn tags_are_one_text_or_a_list_in_their_order() {
    for (service, expected) in [
        ("{type: t}", &[][..]),
        ("{type: t, tags: shop}", &["shop"]),
        ("{type: t, tags: [tier-1, shop, 7, shop]}", &["tier-1", "shop", "7"]),
    ] {
        assert_eq!(one(service).tags, expected, "{service}");
    }
}

#[test]
fn how_to_show_a_service_is_not_for_the_plugin() {
    let service = one("{type: mongodb, properties: {host: [a, b]}, data: {type: Infra, name: 7, url: /x}}");
    assert_eq!((service.group.as_str(), service.name.as_str(), service.node.as_str()), ("Infra", "7", "a"));
    let check = service.check.unwrap();
    assert_eq!(check.plugin.value, "mongodb");
    assert_eq!(format!("{:?}", check.data), r#"{"url": text}"#);
}

#[test]
fn credentials_before_a_host_are_not_part_of_the_node() {
    for (host, expected) in [("'me:MARKER@shop'", "shop"), ("['me:MARKER@a', b]", "a"), ("[]", "n/a"), ("{a: b}", "n/a")] {
        assert_eq!(one(&format!("{{type: t, properties: {{host: {host}}}}}")).node, expected);
    }
}

#[test]
fn a_string_is_one_role() {
    for (given, expected) in
        [("dev", vec!["dev"]), ("[qa, dev, qa]", vec!["dev", "qa"]), ("[]", vec![]), ("007", vec!["007"]), ("", vec![])]
    {
        let service = one(&format!("{{type: rest_http, role: {given}}}"));
        assert_eq!(service.roles.iter().collect::<Vec<_>>(), expected, "{given}");
    }
}

#[test]
fn a_timeout_is_taken_from_the_service_then_from_its_properties() {
    for (service, expected) in [
        ("{type: t, timeout: 2, properties: {timeout: 5}}", 2.0),
        ("{type: t, properties: {timeout: 0.5}}", 0.5),
        ("{type: t, properties: {timeout: }}", 30.0),
        ("{type: t, timeout: '3600'}", 3600.0),
    ] {
        assert_eq!(one(service).timeout, Duration::from_secs_f64(expected), "{service}");
    }
    assert_eq!(one("{type: t, interval: 1.5}").interval, Duration::from_secs_f64(1.5));
}

#[test]
fn what_is_wrong_with_a_service_is_its_problem_alone() {
    let config = load("a: 1\nb: {type: rest_http}\nc: {}\nd: {type: rest_http, rolle: dev}\n");
    let broken: Vec<_> =
        config.services.iter().filter(|service| service.check.is_err()).map(|service| service.id.as_str()).collect();
    assert_eq!(broken, ["a", "c", "d"]);
    assert!(config.services.iter().all(|service| service.roles.is_empty()));
}

#[test]
fn a_problem_names_place_and_remedy() {
    for (service, expected) in [
        ("MARKER", "1:6: expected a map of keys and values, found text"),
        ("", "1:4: the key `type` is missing or has no value; add it"),
        (
            "{type: t, rol: dev}",
            "1:16: unknown key `rol`; did you mean `role`? Known keys: data, depends_on, discover, flapping, for_each, interval, \
             properties, reminder, retries_before_notify, retry_interval, role, successes_before_recovery, tags, timeout, type, use, was",
        ),
        ("{type: [t]}", "1:13: `type`: expected text, found a list"),
        ("{type: t, role: {a: b}}", "1:22: `role`: expected the name of a role, or a list of names, found a map"),
        ("{type: t, role: ['']}", "1:23: `role`: the name of a role must not be empty"),
        ("{type: t, tags: {a: b}}", "1:22: `tags`: expected a tag, or a list of tags, found a map"),
        ("{type: t, tags: [a, '']}", "1:26: `tags`: a tag must not be empty, nor begin or end with a space"),
        ("{type: t, tags: [a23456789b123456789c123456789d123]}", "1:23: `tags`: the tag is too long; use at most 32 characters"),
        (
            "{type: t, tags: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]}",
            "1:22: `tags`: 17 tags are too many; use at most 16",
        ),
        ("{type: t, interval: 0.2}", "1:26: `interval`: expected seconds from 1 to 86400"),
        ("{type: t, interval: .nan}", "1:26: `interval`: expected seconds from 1 to 86400"),
        ("{type: t, interval: 90000}", "1:26: `interval`: expected seconds from 1 to 86400"),
        ("{type: t, interval: [MARKER]}", "1:26: `interval`: expected a number, found a list"),
        ("{type: t, timeout: 0}", "1:25: `timeout`: expected seconds, more than 0 and at most 3600"),
        ("{type: t, timeout: .inf}", "1:25: `timeout`: expected seconds, more than 0 and at most 3600"),
        ("{type: t, properties: {timeout: -1}}", "1:38: `properties.timeout`: expected seconds, more than 0 and at most 3600"),
        ("{type: t, properties: [MARKER]}", "1:28: `properties`: expected a map of keys and values, found a list"),
        ("{type: t, data: {name: [MARKER]}}", "1:29: `data.name`: expected text, found a list"),
        (
            "{type: t, properties: {vault_token: MARKER}}",
            "1:29: `vault_token`: Vault is off; write `vault: true` and a `vault_backend` in config.yaml, or give `token` itself",
        ),
    ] {
        assert_eq!(problem(service), expected, "{service}");
    }
}

#[test]
fn names_that_are_not_shown_as_they_are_written_are_replaced_or_refused() {
    let files = Files::new(
        "{}",
        "web: {type: tcp, data: {name: \"a\\e[31mb\", type: \"t\\u202Ex\"}, properties: {host: \"h\\x07\"}}\n\"b\\u200Bd\": {type: tcp}\n",
        "\"ad\\u200Bmin\": {role: admin, password: a}\nx: {role: \"r\\e\", password: b}\nadmin: {role: admin, password: c}\n",
    );
    let config = files.load().unwrap();
    let [web, broken] = config.services.as_slice() else { panic!("{:?}", config.services) };
    assert_eq!((web.name.as_str(), web.group.as_str(), web.node.as_str()), ("a [31mb", "t<U+202E>x", "h "));
    assert!(web.check.is_ok());
    assert_eq!(broken.id.as_str(), "b<U+200B>d");
    assert!(broken.check.as_ref().unwrap_err().to_string().contains("services.yaml:2:1: the name has control characters"));
    assert_eq!(config.users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["admin"]);
    insta::assert_snapshot!(files.without_folder(&config.warnings.join("\n")), @r"
    services.yaml:1:31: `web.data.name`: it has control characters or letters that are not shown, which are replaced where it is shown.
    services.yaml:1:49: `web.data.type`: it has control characters or letters that are not shown, which are replaced where it is shown.
    services.yaml:1:81: `web.properties.host`: it has control characters or letters that are not shown, which are replaced where it is shown.
    users.yaml:1:1: `ad<U+200B>min`: the name has control characters or letters that are not shown, so that it could be taken for another; change it. Until then the user cannot log in.
    users.yaml:2:11: `x.role`: the name has control characters or letters that are not shown, so that it could be taken for another; change it. Until then the user cannot log in.
    1 user has a plain password in users.yaml: admin. The command `platus users hash --in-place --config config.yaml` puts hashes in their place.
    ");
}

#[test]
fn an_id_that_no_address_can_have_is_refused() {
    let files = Files::new("{}", "..: {type: tcp}\n.: {type: tcp}\n...: {type: tcp}\n", "{}");
    let config = files.load().unwrap();
    let [above, here, other] = config.services.as_slice() else { panic!("{:?}", config.services) };
    for (service, place) in [(above, "services.yaml:1:1"), (here, "services.yaml:2:1")] {
        let error = service.check.as_ref().unwrap_err().to_string();
        assert!(error.contains(&format!("{place}: this id cannot be part of an address; choose another")), "{error}");
    }
    assert!(other.check.is_ok());
}
