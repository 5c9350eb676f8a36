use super::{LONGEST, MOST_TARGETS, Targets};
use crate::config::discovery::Target;
use serde_json::json;
use yaml::Node;

fn text(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::text).map(str::to_owned)
}

/// The target, its host and its port.
fn parts(target: Target<'_>) -> (String, String, Option<String>) {
    (target.text().to_owned(), text(target.node, "host").unwrap(), text(target.node, "port"))
}

#[track_caller]
fn error(list: &str) -> String {
    Targets::parse("t.json", list).unwrap_err()
}

#[test]
fn targets_have_a_host_and_a_port() {
    for (target, host, port) in [
        ("shop.example.org:8080", "shop.example.org", Some("8080")),
        ("shop.example.org", "shop.example.org", None),
        ("192.0.2.1:9100", "192.0.2.1", Some("9100")),
        ("[2001:db8::1]:9100", "2001:db8::1", Some("9100")),
        ("2001:db8::1", "2001:db8::1", None),
        ("https://shop.example.org/health", "shop.example.org", Some("443")),
        ("http://[2001:db8::1]:8080/x", "2001:db8::1", Some("8080")),
        ("shop.example.org:8080/metrics", "shop.example.org", Some("8080")),
    ] {
        let targets = Targets::parse("t.json", &json!([{"targets": [target]}]).to_string()).unwrap();
        let expected = (target.to_owned(), host.to_owned(), port.map(str::to_owned));
        assert_eq!(targets.iter().map(parts).collect::<Vec<_>>(), [expected]);
    }
}

#[test]
fn each_target_has_its_place_and_the_labels_of_its_group() {
    let list = "[\n  {\"labels\": {\"env\": \"a \\\"[{[\", \"__meta_x\": \"1\"}, \"targets\": [\"a:1\", \"b\\\\:2\"]},\n  {\"targets\": []},\n  \
                {\"targets\": [\"c\"],\n   \"labels\": null}\n]";
    let targets = Targets::parse("t.json", list).unwrap();
    let described = |target: Target<'_>| (target.text().to_owned(), target.node.location.to_string(), text(target.labels, "env"));
    let described: Vec<_> = targets.iter().map(described).collect();
    let env = Some("a \"[{[".to_owned());
    assert_eq!(
        described,
        [
            ("a:1".to_owned(), "t.json:2:63".to_owned(), env.clone()),
            ("b\\:2".to_owned(), "t.json:2:70".to_owned(), env),
            ("c".to_owned(), "t.json:4:16".to_owned(), None)
        ]
    );
    assert_eq!(targets.iter().next().and_then(|target| text(target.labels, "__meta_x")).as_deref(), Some("1"));
}

#[test]
fn a_list_of_another_form_is_refused_as_a_whole() {
    for (list, expected) in [
        ("[{\"targets\": [\"a\"", "t.json is no JSON: line 1, column"),
        ("", "t.json is no JSON"),
        ("{}", "t.json must be a list of groups"),
        ("[{\"targets\": [\"a\"]}, {}]", "t.json, group 2: `targets` must be a list"),
        ("[{\"targets\": [7]}]", "t.json, group 1: `targets` must be a list of texts"),
        ("[{\"targets\": [\"a\"], \"lables\": {}}]", "t.json, group 1: unknown key `lables`"),
        ("[{\"targets\": [\"a\"], \"labels\": {\"port\": 7}}]", "the label `port` must be a text"),
        ("[{\"targets\": [\"a\"], \"labels\": {\"a-b\": \"\"}}]", "`a-b` is no name of a label"),
        ("[{\"targets\": [\"a\"], \"labels\": {\"x\": \"\\u202e\"}}]", "the label `x` has control characters"),
        ("[{\"targets\": [\"\"]}]", "a target is empty"),
        ("[{\"targets\": [\"a b\"]}]", "the target a b has spaces"),
        ("[{\"targets\": [\"a\\u001b\"]}]", "has spaces, control characters"),
        ("[{\"targets\": [\"--help\"]}]", "the target --help begins with `-`"),
        ("[{\"targets\": [\"shop:many\"]}]", "the port of the target shop:many is not a number from 0 to 65535"),
        ("[{\"targets\": [\"shop:65536\"]}]", "the port of the target shop:65536 is not a number"),
        ("[{\"targets\": [\"[::1]:x\"]}]", "the port of the target [::1]:x is not a number"),
        ("[{\"targets\": [\"https://shop:65536/x\"]}]", "the port of the target https://shop:65536/x is not a number"),
    ] {
        assert!(error(list).contains(expected), "{list}: {}", error(list));
    }
}

#[test]
fn what_a_list_says_is_bounded() {
    let long = "x".repeat(LONGEST + 1);
    assert!(error(&json!([{"targets": [long]}]).to_string()).contains("is longer than 1024 characters"));
    assert!(error(&json!([{"targets": [], "labels": {"a": long}}]).to_string()).contains("the label `a` is longer than 1024"));
    let labels: serde_json::Map<_, _> = (0..300).map(|index| (format!("l{index}"), "".into())).collect();
    assert!(error(&json!([{"targets": [], "labels": labels}]).to_string()).contains("300 labels are too many"));
    let targets: Vec<String> = (0..=MOST_TARGETS).map(|index| format!("t{index}")).collect();
    assert!(error(&json!([{"targets": targets}]).to_string()).contains("more than 10000 targets"));
    assert!(error(&json!([{"targets": [format!("a {long}")]}]).to_string()).len() < 200, "an error is short");
}
