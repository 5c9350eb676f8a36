//! `discover` in whole configurations.

use super::{Files, ONE_USER};
use crate::config::{Config, Discovered, KnownLists, Service, read_with};
use std::fs;

impl Files {
    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.path().join(file), text).unwrap();
    }

    /// With lists that are known, and what is known then.
    fn load_knowing(&self, lists: &mut KnownLists) -> Config {
        let config = Config::of(read_with(&self.0.path().join("config.yaml"), &|_| None, lists).unwrap()).unwrap();
        lists.accept(&config.discovered);
        config
    }
}

fn ids(config: &Config) -> Vec<&str> {
    config.services.iter().map(|service| service.id.as_str()).collect()
}

/// Why the only list is not used.
fn failure(files: &Files, config: &Config) -> String {
    let [Discovered { failure, .. }] = config.discovered.as_slice() else { panic!("one entry") };
    files.without_folder(failure.as_deref().unwrap_or_default())
}

const SHOPS: &str = "shops: {type: tcp, discover: {file: t.json}, properties: {host: '${each.host}', port: '${each.port:-443}'}}\n";

#[test]
fn each_target_is_a_service_with_what_its_labels_say() {
    let services = "
other: {type: tcp, properties: {host: h, port: 1}}
shop-${each.labels.name}:
  discover: {file: t.json}
  use: '${each.labels.kind}'
  role: ops
  tags: ['${each.labels.country}']
  interval: ${each.labels.every:-30}
  properties: {host: '${each.host}', port: '${each.port}'}
  data: {name: 'Shop ${each.labels.name} at ${each.target}'}
";
    let files = Files::new("templates: {web: {type: tcp}}", services, ONE_USER);
    files.write(
        "t.json",
        r#"[{"targets": ["a.lan:80"], "labels": {"name": "a", "kind": "web", "country": "no", "every": "7"}},
            {"targets": ["b.lan:81"], "labels": {"name": "b", "kind": "web", "country": "se"}}]"#,
    );
    let config = files.load().unwrap();
    let about = |service: &Service| {
        assert!(service.check.is_ok(), "{:?}", service.check);
        let is_of_list = service.is_of_list;
        (service.name.clone(), service.node.clone(), service.tags.clone(), service.interval.as_secs(), is_of_list)
    };
    let about: Vec<_> = config.services.iter().map(about).collect();
    let text = str::to_owned;
    assert_eq!(
        about,
        [
            (text("other"), text("h"), vec![], 60, false),
            (text("Shop a at a.lan:80"), text("a.lan"), vec![text("no")], 7, true),
            (text("Shop b at b.lan:81"), text("b.lan"), vec![text("se")], 30, true)
        ]
    );
    assert_eq!(ids(&config), ["other", "shop-a", "shop-b"]);
}

#[test]
fn an_id_without_a_placeholder_ends_with_the_target() {
    let files = Files::new("{}", SHOPS, ONE_USER);
    files.write("t.json", r#"[{"targets": ["a.lan:80", "b.lan"]}]"#);
    assert_eq!(ids(&files.load().unwrap()), ["shops-a.lan:80", "shops-b.lan"]);
}

#[test]
fn what_a_list_says_is_never_expanded() {
    let services = "s-${each.target}: {type: tcp, discover: {file: t.json}, properties: {host: '${HOST}', port: 1}, \
                    data: {name: '${each.labels.a}', type: '${each.labels.b}${each.labels.c}'}}\n";
    let files = Files::new("{}", services, ONE_USER);
    let list = |a: &str| format!(r#"[{{"targets": ["${{HOST}}"], "labels": {{"a": "{a}", "b": "$", "c": "{{HOST}}"}}}}]"#);
    files.write("t.json", &list("${HOST} ${each.target} $${X}"));
    let environment = |name: &str| (name == "HOST").then(|| "h.env".to_owned());
    let config = files.load_with(&environment).unwrap();
    let service = &config.services[0];
    assert!(service.check.is_ok(), "{:?}", service.check);
    assert_eq!((service.id.as_str(), service.node.as_str()), ("s-${HOST}", "h.env"));
    assert_eq!((service.name.as_str(), service.group.as_str()), ("${HOST} ${each.target} $${X}", "${HOST}"));

    files.write("secret", "s3cret");
    files.write("t.json", &list(&format!("file:{}/secret", files.0.path().display())));
    let config = files.load_with(&environment).unwrap();
    let error = config.services[0].check.as_ref().unwrap_err().to_string();
    assert!(error.contains("begins with `file:/`") && !error.contains("s3cret"), "{error}");
}

#[test]
fn a_list_decides_neither_check_type_nor_program_nor_secret() {
    let entry = |keys: &str| format!("x: {{discover: {{file: t.json}}, {keys}}}\n");
    for (keys, place) in [
        ("type: '${each.labels.a}'", "`type`"),
        ("type: tcp, properties: {password_file: '/run/${each.target}'}", "`properties.password_file`"),
        ("type: tcp, properties: {vault_password: '${each.target}'}", "`properties.vault_password`"),
        ("type: exec, properties: {command: [ping, '${each.target}']}", "`properties.command`"),
    ] {
        let files = Files::new("{}", &entry(keys), ONE_USER);
        files.write("t.json", r#"[{"targets": ["a"], "labels": {"a": "x"}}]"#);
        let config = files.load().unwrap();
        let error = config.services[0].check.as_ref().unwrap_err().to_string();
        assert!(error.contains("a placeholder of `discover` cannot stand here") && error.contains(place), "{keys}: {error}");
        assert_eq!(ids(&config), ["x"], "it is an error of the entry");
    }
    let allowed =
        entry("type: exec, properties: {command: [ping, '${each.target}']}").replace("t.json", "t.json, allow_in_commands: true");
    let files = Files::new("{}", &allowed, ONE_USER);
    files.write("t.json", r#"[{"targets": ["a"]}]"#);
    assert!(files.load().unwrap().services[0].check.is_ok());
}

#[test]
fn a_list_that_cannot_be_used_leaves_the_last_good_one_in_use() {
    let files = Files::new("{}", &format!("taken-a: {{type: tcp}}\n{SHOPS}"), ONE_USER);
    let mut lists = KnownLists::default();
    files.write("t.json", r#"[{"targets": ["a", "b"]}]"#);
    let good = ["taken-a", "shops-a", "shops-b"];
    assert_eq!(ids(&files.load_knowing(&mut lists)), good);
    let large = format!("[{{\"targets\": [\"a\"]}}]{}", " ".repeat(KnownLists::LARGEST));
    for (list, expected) in [
        (r#"[{"targets": ["a", "#, "t.json is no JSON: line 1"),
        ("[]", "t.json is empty, and had targets before (2); set `allow_empty: true`"),
        (r#"[{"targets": ["a", "c", "a"]}]"#, "the target at t.json:1:25 makes the service `shops-a` again, first at t.json:1:15"),
        (&large, "it is larger than 4194304 bytes"),
    ] {
        files.write("t.json", list);
        let config = files.load_knowing(&mut lists);
        assert_eq!(ids(&config), good);
        let failure = failure(&files, &config);
        assert!(failure.contains(expected) && failure.contains("the last good list stays in use (services: 2)"), "{failure}");
        assert!(config.warnings.iter().any(|warning| warning.contains("stays in use")), "{:?}", config.warnings);
    }
    fs::remove_file(files.0.path().join("t.json")).unwrap();
    let config = files.load_knowing(&mut lists);
    assert!(failure(&files, &config).contains("t.json cannot be read"));

    lists.save(&files.0.path().join("config.yaml")).unwrap();
    assert_eq!(ids(&files.load().unwrap()), good, "the next start knows it as well");
    files.write("t.json", r#"[{"targets": ["c"]}]"#);
    let config = files.load_knowing(&mut lists);
    assert_eq!((ids(&config), failure(&files, &config)), (vec!["taken-a", "shops-c"], String::new()));
    files.write("services.yaml", &SHOPS.replace("t.json", "t.json, allow_empty: true"));
    files.write("t.json", "[]");
    assert_eq!(ids(&files.load_knowing(&mut lists)), Vec::<&str>::new());
}

#[test]
fn a_list_takes_no_id_from_another_service_and_keeps_nothing_from_starting() {
    let services =
        "x-${each.target}: {type: tcp, discover: {file: t.json}}\nx-a: {type: tcp}\nx-${each.value}: {type: tcp, for_each: [b]}\n";
    let files = Files::new("{}", services, ONE_USER);
    for target in ["a", "b"] {
        files.write("t.json", &format!(r#"[{{"targets": ["c", "{target}"]}}]"#));
        let config = files.load().unwrap();
        assert_eq!(ids(&config), ["x-a", "x-b", "x-c"]);
        let failure = failure(&files, &config);
        assert!(failure.contains(&format!("no service of `x-{target}`")) && failure.contains("at services.yaml:"), "{failure}");
    }
    let long = format!("'{}'", "${each.labels.a}".repeat(300));
    files.write(
        "services.yaml",
        &format!(
            "x: {{type: tcp, discover: {{file: t.json}}, data: {{name: {long}}}}}\ny: {{type: tcp}}\nz: {{type: tcp, discover: {{file: z.json}}}}\n"
        ),
    );
    let targets: Vec<String> = (0..2_000).map(|index| format!("t{index}")).collect();
    files.write("t.json", &serde_json::json!([{"targets": targets, "labels": {"a": "x".repeat(1_000)}}]).to_string());
    files.write("z.json", r#"[{"targets": ["a"]}]"#);
    let config = files.load().unwrap();
    assert_eq!(ids(&config), ["y", "z-a"], "it takes nothing from another list");
    let [too_large, Discovered { failure: None, .. }] = config.discovered.as_slice() else { panic!("two entries") };
    assert!(too_large.failure.as_deref().unwrap().contains("MiB with their templates"), "{too_large:?}");
}

#[test]
fn places_in_the_last_good_list_are_not_those_of_the_list_that_is_not_used() {
    let services =
        "x-${each.target}: {type: tcp, discover: {file: t.json}, properties: {host: '${each.labels.host}'}}\nx-a: {type: tcp}\n";
    let files = Files::new("{}", services, ONE_USER);
    let mut lists = KnownLists::default();
    files.write("t.json", r#"[{"targets": ["a", "b"]}]"#);
    let of = |config: &Config| {
        let service = config.services.iter().find(|service| service.is_of_list).unwrap();
        let error = service.check.as_ref().unwrap_err().to_string();
        (failure(&files, config), files.without_folder(&error))
    };
    let (failure, error) = of(&files.load_knowing(&mut lists));
    assert!(failure.starts_with("it makes no service of `x-a` at t.json:1:15, which is "), "{failure}");
    assert!(error.ends_with("; see t.json:1:20"), "{error}");
    files.write("t.json", "[\n]");
    let (failure, error) = of(&files.load_knowing(&mut lists));
    assert!(
        failure.starts_with("t.json is empty") && failure.contains("of `x-a` at t.json (last good list):1:15, which"),
        "{failure}"
    );
    assert!(error.ends_with("; see t.json (last good list):1:20"), "{error}");
}

#[test]
fn a_url_is_used_once_it_has_answered() {
    let files =
        Files::new("{}", &SHOPS.replace("file: t.json", "url: 'https://l.example/t?key=s3cret', headers: {A: b}"), ONE_USER);
    let mut lists = KnownLists::default();
    let config = files.load_knowing(&mut lists);
    let [entry] = config.discovered.as_slice() else { panic!("one entry") };
    assert!(entry.is_awaited && entry.failure.is_none() && !entry.source.contains("s3cret"), "{}", entry.source);
    let server = entry.http.clone().unwrap();
    assert!(lists.answered(&server, Ok(r#"[{"targets": ["a"]}]"#.to_owned())));
    assert!(!lists.answered(&server, Ok(r#"[{"targets": ["a"]}]"#.to_owned())), "nothing is new");
    assert_eq!(ids(&files.load_knowing(&mut lists)), ["shops-a"]);
    assert!(lists.answered(&server, Err("it is down".to_owned())));
    assert!(!lists.answered(&server, Err("it is down".to_owned())), "nothing is new");
    assert!(lists.answered(&server, Err("it is still down".to_owned())), "the reason is another one");
    let config = files.load_knowing(&mut lists);
    assert_eq!(ids(&config), ["shops-a"]);
    assert_eq!(failure(&files, &config), "it is still down; the last good list stays in use (services: 1)");
}

#[test]
fn errors_of_the_entry_have_their_places() {
    for (discover, expected) in [
        ("{}", "`discover`: give one of `file` and `url`"),
        ("{file: a, url: 'https://a/'}", "`discover`: give one of `file` and `url`"),
        ("{file: a, every: 5}", "`discover.every`: `every` is for a `url`"),
        ("{url: 'ftp://a/'}", "`discover.url`: expected an address of the form https://HOST/…"),
        ("{url: 'https://u:p@a/'}", "`discover.url`: an address with a login is shown in logs"),
        (
            "{url: 'https://a/', headers: {'a b': c}}",
            "`discover.headers.a b`: the name or the value is none that a header can have",
        ),
        ("{url: 'https://a/', ca: x}", "`discover.ca`: `ca` holds no certificate in PEM"),
        ("{file: '${each.target}'}", "`${each.…}` has no meaning here"),
        ("{flie: a}", "unknown key `flie`"),
    ] {
        let files = Files::new("{}", &format!("x: {{type: tcp, discover: {discover}}}\n"), ONE_USER);
        let config = files.load().unwrap();
        let errors: String = config.services[0].errors().map(|error| format!("{error}\n")).collect();
        assert!(errors.contains("services.yaml:1:") && errors.contains(expected), "{discover}: {errors}");
    }
    let files = Files::new("{}", "x: {type: tcp, discover: {file: a}, for_each: [1]}\n", ONE_USER);
    assert!(files.load().unwrap().services[0].check.as_ref().unwrap_err().to_string().contains("keep one of the two"));
    for part in ["templates: {a: {discover: {file: a}}}", "defaults: {discover: {file: a}}"] {
        assert!(Files::new(part, "{}", ONE_USER).error().contains("unknown key `discover`"));
    }
}
