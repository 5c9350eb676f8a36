use super::{Composed, compose, take_shared};
use crate::config::discovery::KnownLists;
use crate::config::sources::Sources;
use std::path::Path;
use yaml::{LocatedError, Node, parse};

fn composed(config: &str, services: &str) -> Composed {
    let environment = |name: &str| (name == "TYPE").then(|| "tcp".to_owned());
    let sources = Sources { environment: &environment, folder: Path::new("") };
    let (_, shared) = take_shared(parse("config.yaml", config).unwrap());
    compose(parse("services.yaml", services).unwrap(), shared, &sources, &KnownLists::default())
}

/// The errors of services, and those with which Platus does not start.
fn errors(composed: &Composed) -> String {
    let entries = composed.document.entries().unwrap();
    let of_services = composed.errors.iter().flat_map(|(place, errors)| {
        let id = &entries[*place].key.value;
        errors.iter().map(move |error| error.clone().under(id))
    });
    let fatal = composed.findings.iter().map(|finding| finding.problem.clone());
    of_services.chain(fatal).map(|error: LocatedError| error.to_string()).collect::<Vec<_>>().join("\n")
}

fn json(node: &Node) -> serde_json::Value {
    node.read().unwrap()
}

#[track_caller]
fn check(config: &str, services: &str, expected: &str) {
    let composed = composed(config, services);
    assert_eq!(errors(&composed), "");
    let expected = json(&parse("expected.yaml", expected).unwrap());
    assert_eq!(json(&composed.document), expected, "{config}\n{services}");
    // Where they stand is the order in which they are shown.
    let ids = |node: &Node| node.entries().unwrap().iter().map(|entry| entry.key.value.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&composed.document).len(), expected.as_object().unwrap().len());
}

#[test]
fn services_without_any_of_it_are_as_they_are_written() {
    let services = "defaults: {type: tcp, data: {name: '${each}'}}\ntemplates: {type: exec, properties: {command: [docker, '{{.State}}']}}\n\
                    wrong: 5\nnothing:\n";
    check("check_interval: 5", services, services);
}

#[test]
fn defaults_stand_below_all_and_those_of_the_check_type_above_them() {
    let config = "defaults:
  timeout: 5
  role: [ops]
  properties: {host: h}
  check_types:
    tcp: {timeout: 2, properties: {port: 443}}
";
    check(
        config,
        "a: {type: tcp, role: dev}\nb: {type: ping, properties: {host: own}}\nc: {type: '${TYPE}', timeout: }\n",
        "a: {type: tcp, role: dev, timeout: 2, properties: {port: 443, host: h}}
b: {type: ping, properties: {host: own}, timeout: 5, role: [ops]}
c: {type: '${TYPE}', timeout: , role: [ops], properties: {port: 443, host: h}}
",
    );
}

#[test]
fn templates_are_used_in_their_order_and_may_use_others() {
    let config = "templates:
  web: {use: base, type: rest_http, properties: {protocol: https}}
  base: {timeout: 5, role: [ops], data: {type: App}}
  slow: {timeout: 60}
  empty:
defaults: {interval: 10, timeout: 1, check_types: {rest_http: {interval: 20}}}
";
    check(
        config,
        "a: {use: web, properties: {host: a}}\nb: {use: [web, slow, empty], data: {name: B}}\nc: {use: [slow, web]}\nd: {use: [], type: tcp}\n",
        "a: {type: rest_http, timeout: 5, role: [ops], interval: 20, properties: {host: a, protocol: https}, data: {type: App}}
b: {type: rest_http, timeout: 60, role: [ops], interval: 20, properties: {protocol: https}, data: {name: B, type: App}}
c: {type: rest_http, timeout: 5, role: [ops], interval: 20, properties: {protocol: https}, data: {type: App}}
d: {type: tcp, interval: 10, timeout: 1}
",
    );
}

#[test]
fn for_each_makes_a_service_of_each_entry() {
    let config = "templates: {web: {type: rest_http, data: {name: 'Shop ${each.name}', url: '/${each.path:-health}'}}}
defaults: {properties: {port: 443}}";
    check(
        config,
        "shop-${each.name}:
  use: web
  for_each:
    - {name: eu, host: eu.lan}
    - {name: us, host: us.lan, port: 8443, path: ok}
  properties: {host: '${each.host}', port: '${each.port:-443}'}
ping-${each.value}: {type: ping, for_each: [a, 7], properties: {host: '${each.value}'}}
none-${each.value}: {type: ping, for_each: []}
once: {type: ping, for_each: }
",
        "shop-eu: {type: rest_http, properties: {host: eu.lan, port: 443}, data: {name: Shop eu, url: /health}}
shop-us: {type: rest_http, properties: {host: us.lan, port: 8443}, data: {name: Shop us, url: /ok}}
ping-a: {type: ping, properties: {host: a, port: 443}}
ping-7: {type: ping, properties: {host: 7, port: 443}}
once: {type: ping, properties: {port: 443}}
",
    );
}

#[test]
fn anchors_and_merge_keys_work_in_all_of_it() {
    let config = "templates:
  a: &a {type: tcp, properties: {port: 1}}
  b: {<<: *a, timeout: 5}
";
    check(
        config,
        "x: &x {use: b, properties: &p {host: h}}\ny: {<<: *x, timeout: 7}\nz-${each.value}: {for_each: &l [1], use: a, properties: *p}\nw-${each.value}: {for_each: *l, type: t}\n",
        "x: {type: tcp, timeout: 5, properties: {host: h, port: 1}}
y: {type: tcp, timeout: 7, properties: {host: h, port: 1}}
z-1: {type: tcp, properties: {host: h, port: 1}}
w-1: {type: t}
",
    );
}

#[test]
fn each_value_keeps_its_place() {
    let config = "templates:\n  web:\n    type: tcp\n    data: {name: 'N ${each.name}'}\n";
    let services = "s-${each.name}:\n  use: web\n  for_each:\n    - name: a\n      port: 7\n  properties: {port: '${each.port}'}\n";
    let composed = composed(config, services);
    let service = composed.document.get("s-a").unwrap();
    let place = |path: &[&str]| path.iter().fold(service, |node, key| node.get(key).unwrap()).location.to_string();
    assert_eq!(place(&["type"]), "config.yaml:3:11");
    assert_eq!(place(&["data", "name"]), "config.yaml:4:18");
    assert_eq!(place(&["properties", "port"]), "services.yaml:5:13");
    assert_eq!(composed.document.entries().unwrap()[0].key.location.to_string(), "services.yaml:1:1");
}

#[test]
fn what_is_wrong_is_reported_with_its_place() {
    let config = "templates:
  a: {use: b}
  b: {use: [c, own], type: tcp}
  c: {use: a}
  own: {use: own}
  typo: {intervall: 5, for_each: [1]}
  text: 5
  lost: {use: bb}
  list: {use: {}}
defaults: {typ: tcp, type: tcp, use: a, check_types: {tcp: {timeot: 5}}}
";
    let services = "x: {use: [wep, a]}
y: {use: {a: b}}
same: {type: t, for_each: [1, 2]}
list-${each.value}: {type: t, for_each: eu}
one-${each.value}: {type: t, for_each: [a, [b], a], data: {name: '${each.name}'}}
one-a: {type: t}
";
    insta::assert_snapshot!(errors(&composed(config, services)), @r"
    services.yaml:1:11: `x.use`: there is no template `wep` in config.yaml; known templates: a, b, c, list, lost, own, text, typo
    services.yaml:2:10: `y.use`: expected the name of a template, or a list of names, found a map
    services.yaml:3:1: `same.for_each`: the id needs a placeholder such as `${each.value}`, so that each service has its own
    services.yaml:4:41: `list-${each.value}.for_each`: expected a list of texts or maps, found text
    services.yaml:5:44: `one-${each.value}.for_each`: expected a text, a number or a map, found a list
    config.yaml:6:10: `templates.typo`: unknown key `intervall`; did you mean `interval`? Known keys: data, depends_on, flapping, interval, properties, reminder, retries_before_notify, retry_interval, role, successes_before_recovery, tags, timeout, type, use, was
    config.yaml:6:24: `templates.typo`: unknown key `for_each`; known keys: data, depends_on, flapping, interval, properties, reminder, retries_before_notify, retry_interval, role, successes_before_recovery, tags, timeout, type, use, was
    config.yaml:7:9: `templates.text`: expected a map of keys and values, found a whole number
    config.yaml:10:12: `defaults`: unknown key `typ`; known keys: check_types, data, depends_on, flapping, interval, properties, reminder, retries_before_notify, retry_interval, role, successes_before_recovery, tags, timeout
    config.yaml:10:22: `defaults`: unknown key `type`; known keys: check_types, data, depends_on, flapping, interval, properties, reminder, retries_before_notify, retry_interval, role, successes_before_recovery, tags, timeout
    config.yaml:10:33: `defaults`: unknown key `use`; known keys: check_types, data, depends_on, flapping, interval, properties, reminder, retries_before_notify, retry_interval, role, successes_before_recovery, tags, timeout
    config.yaml:10:61: `defaults.check_types.tcp`: unknown key `timeot`; did you mean `timeout`? Known keys: data, depends_on, flapping, interval, properties, reminder, retries_before_notify, retry_interval, role, successes_before_recovery, tags, timeout
    config.yaml:8:15: `templates.lost.use`: there is no template `bb` in config.yaml; did you mean `b`? Known templates: a, b, c, list, lost, own, text, typo
    config.yaml:9:15: `templates.list.use`: expected the name of a template, or a list of names, found a map
    config.yaml:2:12: `templates.a.use`: `a` uses itself, by way of `b` at config.yaml:3:3; remove one of the uses
    config.yaml:3:13: `templates.b.use`: `b` uses itself, by way of `c` at config.yaml:4:3; remove one of the uses
    config.yaml:4:12: `templates.c.use`: `c` uses itself, by way of `a` at config.yaml:2:3; remove one of the uses
    config.yaml:5:14: `templates.own.use`: `own` uses itself, by way of `own` at config.yaml:5:3; remove one of the uses
    services.yaml:5:41: the service `one-a` stands here again, first at services.yaml:6:1; remove one or rename it
    services.yaml:5:49: the service `one-a` stands here again, first at services.yaml:6:1; remove one or rename it
    ");
}

#[test]
fn a_service_with_an_unknown_template_affects_no_other() {
    let composed = composed("{}", "a: {use: none}\nb: {type: tcp}\n");
    assert_eq!((composed.errors.len(), composed.findings.len(), composed.document.entries().unwrap().len()), (1, 0, 2));
}

#[test]
fn services_that_multiply_themselves_are_refused() {
    let list = |number: usize| format!("[{}]", (0..number).map(|number| number.to_string()).collect::<Vec<_>>().join(", "));
    let many =
        format!("a-${{each.value}}: {{type: t, for_each: &l {}}}\nb-${{each.value}}: {{type: t, for_each: *l}}\n", list(60_000));
    assert!(errors(&composed("{}", &many)).contains("`for_each` makes more than 100000 services"));

    // A large template in each of many services.
    let large = format!("templates: {{large: {{type: t, data: {{search: {}}}}}}}", list(20_000));
    let many = format!("a-${{each.value}}: {{use: large, for_each: {}}}", list(60_000));
    assert!(errors(&composed(&large, &many)).contains("MiB with their templates and defaults; make these smaller"));

    // A large value in many places of one service.
    let places = vec!["'${each.large}'"; 60_000].join(", ");
    let many =
        format!("a-${{each.name}}: {{type: t, data: {{search: [{places}]}}, for_each: [{{name: x, large: {}}}]}}", list(60_000));
    assert!(errors(&composed("{}", &many)).contains("MiB with their templates and defaults; make these smaller"));

    // A long text in many places of one text.
    let places = "${each.long}".repeat(60_000);
    let many = format!(
        "a-${{each.name}}: {{type: t, data: {{search: '{places}'}}, for_each: [{{name: x, long: '{}'}}]}}",
        "x".repeat(60_000)
    );
    assert!(errors(&composed("{}", &many)).contains("MiB with their templates and defaults; make these smaller"));

    let names = vec!["a"; 40].join(", ");
    assert!(
        errors(&composed("templates: {a: {type: t}}", &format!("x: {{use: [{names}]}}"))).contains("40 templates are too many")
    );
}

#[test]
fn as_many_templates_use_one_another_in_a_row_in_any_order() {
    let chain = |length: usize| -> Vec<String> {
        let link = |number: usize| match number + 1 < length {
            true => format!("  t{number}: {{use: t{}}}\n", number + 1),
            false => format!("  t{number}: {{type: t}}\n"),
        };
        (0..length).map(link).collect()
    };
    let said = |templates: &[String]| errors(&composed(&format!("templates:\n{}", templates.concat()), "x: {use: t0}"));
    for length in [32, 33, 60] {
        let forwards = chain(length);
        let backwards: Vec<String> = forwards.iter().rev().cloned().collect();
        for templates in [forwards, backwards] {
            let said = said(&templates);
            match length {
                32 => assert_eq!(said, ""),
                _ => {
                    let expected =
                        format!("`templates.t{}`: more than 32 templates use one another in a row; use fewer", length - 33);
                    assert!(said.ends_with(&expected) && said.lines().count() == 1, "{said}");
                }
            }
        }
    }
}

#[test]
fn the_templates_of_a_repeated_service_can_depend_on_the_entry() {
    check(
        "templates: {web: {type: rest_http, data: {name: 'Web ${each.name}'}}, db: {type: tcp}, slow: {timeout: 60}}",
        "s-${each.name}:
  use: ['${each.kind}', slow]
  for_each: [{name: a, kind: web}, {name: b, kind: db}]
t-${each.name}: {use: '${each.uses}', for_each: [{name: a, uses: [db, slow]}, {name: b, uses: db}]}
",
        "s-a: {type: rest_http, timeout: 60, data: {name: Web a}}
s-b: {type: tcp, timeout: 60}
t-a: {type: tcp, timeout: 60}
t-b: {type: tcp}
",
    );
    let services = "x-${each.value}: {use: '${each.value}', for_each: [web, wep]}\ny: {use: '${each.value}'}\n";
    insta::assert_snapshot!(errors(&composed("templates: {web: {type: t}}", services)), @r"
    services.yaml:1:57: `x-wep.use`: there is no template `wep` in config.yaml; did you mean `web`? Known templates: web
    services.yaml:2:10: `y.use`: a placeholder needs `for_each` in the same service; name the template
    ");
}

#[test]
fn a_placeholder_in_defaults_is_an_error_with_its_place() {
    let config = "defaults: {data: {name: '${each.name}'}, timeout: 5, check_types: {tcp: {tags: ['$${each.x}', '${each.y}']}}}";
    insta::assert_snapshot!(errors(&composed(config, "{}")), @r"
    config.yaml:1:25: `defaults.data`: `${each.…}` has no meaning in defaults; write it in the services with `for_each` or `discover`, or in a template that they use
    config.yaml:1:95: `defaults.check_types`: `${each.…}` has no meaning in defaults; write it in the services with `for_each` or `discover`, or in a template that they use
    ");
}

#[test]
fn a_placeholder_in_an_id_needs_a_list() {
    for services in ["x-${each.value}: {type: tcp}", "x-${each.value}: {type: tcp, for_each: }"] {
        let said = errors(&composed("{}", services));
        assert!(said.contains("services.yaml:1:1: `x-${each.value}`: the id has a placeholder; add `for_each`"), "{said}");
    }
}
