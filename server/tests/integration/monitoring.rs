//! The dashboard and the alert rules in `packaging`, and the table in `docs/health.md`: what they name is in the answer of a running Platus.

mod promql;

use crate::servers::free_port;
use crate::servers::vault::VaultServer;
use crate::test_app::TestApp;
use crate::waiting;
use checks::CheckTypes;
use promql::{Named, named};
use regex::Regex;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const DASHBOARD: &str = "packaging/grafana/platus.json";
const RULES: &str = "packaging/prometheus/platus.rules.yml";
const TESTS_OF_RULES: &str = "packaging/prometheus/platus.rules.test.yml";

/// What Prometheus adds to each sample.
const OF_PROMETHEUS: [&str; 2] = ["instance", "job"];

fn text(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap()
}

fn yaml_of(file: &str) -> Value {
    yaml::parse(file, &text(file)).unwrap_or_else(|error| panic!("{error}")).read().unwrap()
}

/// The labels of each metric in the answer of a Platus that has all of them: nodes, a channel and a value of Vault.
async fn metrics() -> (String, BTreeMap<String, BTreeSet<String>>) {
    let vault = VaultServer::start().await;
    vault.write("apps/cache", json!({"password": "first"})).await;
    let channel = "notify: true\nnotify_backend: {name: pager, type: webhook, data: {url: 'http://127.0.0.1:9/'}}\n";
    let config = format!("{}check_interval: 1\n{channel}", vault.backend(&format!("token: {}", vault.root_token)));
    let services = format!(
        "cache: {{type: redis, properties: {{host: 127.0.0.1, port: {}, vault_password: 'apps/cache#password'}}}}\nfound: {{type: ping, discover: {{file: none.json}}}}\n",
        free_port()
    );
    let app = TestApp::start_with(&config, &services, &CheckTypes::built_in()).await;
    let page = async || app.get_as("admin", "/metrics").await.text().await.unwrap();
    waiting::until("a value of Vault is used", async || page().await.contains("platus_vault_oldest_value_age_seconds ")).await;
    let page = page().await;
    app.stop().await;
    let sample = Regex::new(r"^(\w+)(?:\{(.*)\})? ").unwrap();
    let label = Regex::new(r#"(\w+)="(?:[^"\\]|\\.)*""#).unwrap();
    let mut metrics = BTreeMap::<_, BTreeSet<_>>::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let found = sample.captures(line).unwrap_or_else(|| panic!("{line}"));
        let labels = found.get(2).map_or("", |labels| labels.as_str());
        metrics.entry(found[1].to_owned()).or_default().extend(label.captures_iter(labels).map(|label| label[1].to_owned()));
    }
    // Prometheus itself knows whether it reached its target.
    metrics.insert("up".to_owned(), BTreeSet::new());
    (page, metrics)
}

/// An expression with the labels that its legend or its texts refer to.
struct Query {
    place: String,
    expression: String,
    labels: Vec<String>,
}

fn queries_of_dashboard() -> Vec<Query> {
    fn walk(value: &Value, queries: &mut Vec<Query>) {
        if let Some(expression) = value["expr"].as_str() {
            let legend = value["legendFormat"].as_str().unwrap_or_default();
            let labels =
                Regex::new(r"\{\{\s*(\w+)\s*\}\}").unwrap().captures_iter(legend).map(|label| label[1].to_owned()).collect();
            queries.push(Query { place: format!("{DASHBOARD}: {expression}"), expression: expression.to_owned(), labels });
        }
        if let Some(query) = value.as_str().and_then(|text| text.strip_prefix("label_values(")) {
            let (expression, label) = query.strip_suffix(')').unwrap().rsplit_once(", ").unwrap();
            let (place, labels) = (format!("{DASHBOARD}: {query}"), vec![label.to_owned()]);
            queries.push(Query { place, expression: expression.to_owned(), labels });
        }
        let of_map = value.as_object().into_iter().flat_map(|map| map.values());
        for value in of_map.chain(value.as_array().into_iter().flatten()) {
            walk(value, queries);
        }
    }
    let mut queries = Vec::new();
    walk(&serde_json::from_str(&text(DASHBOARD)).unwrap(), &mut queries);
    queries
}

fn alerts() -> Vec<Value> {
    let rules = yaml_of(RULES);
    rules["groups"].as_array().unwrap().iter().flat_map(|group| group["rules"].as_array().unwrap().clone()).collect()
}

fn queries_of_rules() -> Vec<Query> {
    let label = Regex::new(r"\$labels\.(\w+)").unwrap();
    let query = |rule: Value| Query {
        place: format!("{RULES}: {}", rule["alert"]),
        expression: rule["expr"].as_str().unwrap().to_owned(),
        labels: label.captures_iter(&rule["annotations"].to_string()).map(|label| label[1].to_owned()).collect(),
    };
    alerts().into_iter().map(query).collect()
}

/// What a query names and Platus does not have.
fn missing(query: &Query, metrics: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let Named { metrics: of_query, grouping } = named(&query.expression);
    let is_of_prometheus = |label: &String| OF_PROMETHEUS.contains(&label.as_str());
    let mut missing = Vec::new();
    let mut known = BTreeSet::new();
    for (metric, selectors) in &of_query {
        match metrics.get(metric) {
            Some(labels) => {
                known.extend(labels);
                missing.extend(selectors.iter().filter(|label| !labels.contains(*label) && !is_of_prometheus(label)).cloned());
            }
            None => missing.push(metric.clone()),
        }
    }
    missing
        .extend(grouping.iter().chain(&query.labels).filter(|label| !known.contains(label) && !is_of_prometheus(label)).cloned());
    missing.iter().map(|name| format!("{}: `{name}`", query.place)).collect()
}

#[tokio::test]
async fn dashboard_rules_and_documentation_name_the_metrics_that_there_are() {
    let (page, metrics) = metrics().await;
    let (dashboard, rules) = (queries_of_dashboard(), queries_of_rules());
    assert!(dashboard.len() > 30 && rules.len() > 10, "{} and {}", dashboard.len(), rules.len());
    let missing: Vec<_> = dashboard.iter().chain(&rules).flat_map(|query| missing(query, &metrics)).collect();
    assert!(missing.is_empty(), "not in /metrics:\n{}", missing.join("\n"));

    let families: BTreeSet<_> = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let guide = text("docs/health.md");
    let name = Regex::new(r"`((?:platus|process)_\w+)(?:\{([\w,]+)\})?`").unwrap();
    let cells = guide.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let documented: Vec<_> = cells.flat_map(|cell| name.captures_iter(cell)).collect();
    let names: BTreeSet<_> = documented.iter().map(|found| found.get(1).unwrap().as_str()).collect();
    assert_eq!(names, families, "the table of docs/health.md and /metrics");
    for found in documented.iter().filter(|found| found.get(2).is_some()) {
        let labels: BTreeSet<_> = found[2].split(',').map(str::to_owned).collect();
        assert_eq!(labels, metrics[&found[1]], "{}", &found[0]);
    }
}

#[test]
fn each_alert_is_documented_and_has_a_test_in_which_it_fires_and_one_in_which_it_does_not() {
    let alerts = alerts();
    let alerts: BTreeSet<_> = alerts.iter().map(|rule| rule["alert"].as_str().unwrap()).collect();
    let guide = text("docs/health.md");
    let documented: BTreeSet<_> = guide.lines().filter_map(|line| line.strip_prefix("| `Platus")?.split('`').next()).collect();
    let documented: BTreeSet<_> = documented.into_iter().map(|name| format!("Platus{name}")).collect();
    let expected: BTreeSet<_> = alerts.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(documented, expected, "the table of docs/health.md");

    let tests = yaml_of(TESTS_OF_RULES);
    let cases: Vec<_> =
        tests["tests"].as_array().unwrap().iter().flat_map(|test| test["alert_rule_test"].as_array().unwrap()).collect();
    for fires in [true, false] {
        let tested = cases.iter().filter(|case| case["exp_alerts"].as_array().unwrap().is_empty() != fires);
        let tested: BTreeSet<_> = tested.map(|case| case["alertname"].as_str().unwrap()).collect();
        assert_eq!(tested, alerts, "tests in which an alert fires: {fires}");
    }
}
