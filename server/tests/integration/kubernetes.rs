//! The manifests and the chart for Kubernetes: their configuration loads, the pod is restricted, and values and templates fit each other.
//! No cluster runs here.

use boon::{Compiler, Draft, Schemas};
use regex::Regex;
use serde_json::Value;
use server::config::Config;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging");
const MANIFESTS: &str = "kubernetes/platus.yaml";
const CHART: &str = "helm/platus";
const TEMPLATES: [&str; 7] =
    ["_helpers.tpl", "NOTES.txt", "configmap.yaml", "ingress.yaml", "secret.yaml", "service.yaml", "statefulset.yaml"];

fn text(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap()
}

fn parse(file: &str, text: &str) -> Value {
    yaml::parse(file, text).unwrap_or_else(|error| panic!("{error}")).read().unwrap()
}

fn chart(file: &str) -> Value {
    let file = format!("{CHART}/{file}");
    parse(&file, &text(&file))
}

fn manifests() -> Vec<Value> {
    text(MANIFESTS).split("\n---\n").map(|document| parse(MANIFESTS, document)).collect()
}

fn manifest(kind: &str) -> Value {
    manifests().into_iter().find(|manifest| manifest["kind"] == kind).unwrap()
}

/// Loads the three files as Platus would in the pod.
fn load(config: &str, services: &str, users: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for (name, text) in [("services.yaml", services), ("users.yaml", users)] {
        fs::write(path(name), text).unwrap();
    }
    let config = ["services", "users"].iter().fold(config.to_owned(), |config, name| {
        let (in_pod, here) = (format!("/etc/platus/{name}/{name}.yaml"), path(&format!("{name}.yaml")).display().to_string());
        assert!(config.contains(&in_pod), "{config}");
        config.replace(&in_pod, &here)
    });
    fs::write(path("config.yaml"), config).unwrap();
    let config = Config::load(&path("config.yaml"), &|_| None).unwrap_or_else(|error| panic!("{error}"));
    let about_users = |warning: &&String| !warning.contains("users.yaml");
    assert_eq!(config.warnings.iter().filter(about_users).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(config.settings.listen, Some("0.0.0.0:5001".parse().unwrap()), "the port of the container");
    config
}

#[test]
fn the_configuration_of_the_manifests_loads() {
    let data = &manifest("ConfigMap")["data"];
    let users = &manifest("Secret")["stringData"]["users.yaml"];
    let config = load(data["config.yaml"].as_str().unwrap(), data["services.yaml"].as_str().unwrap(), users.as_str().unwrap());
    assert_eq!(config.services.len(), 1);
}

#[test]
fn the_configuration_of_the_chart_loads() {
    let (values, helpers) = (chart("values.yaml"), text(&format!("{CHART}/templates/_helpers.tpl")));
    let value = |name: &str| values[name].as_str().unwrap().to_owned();
    let template = helpers.split("define \"platus.config\" -}}\n").nth(1).unwrap().split("{{- end").next().unwrap();
    let config = load(&template.replace("{{ .Values.config }}", &value("config")), &value("services"), &value("users"));
    assert_eq!(config.services.len(), 1);
}

/// The texts at a place in each entry of a list.
fn names(list: &Value, place: &str) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|entry| entry.pointer(place).unwrap().as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_pod_of_the_manifests_is_restricted() {
    let pod = manifest("StatefulSet")["spec"]["template"]["spec"].clone();
    assert_eq!(pod["automountServiceAccountToken"], false);
    let user = &pod["securityContext"];
    for (key, value) in [("runAsNonRoot", Value::from(true)), ("runAsUser", 65532.into()), ("fsGroup", 65532.into())] {
        assert_eq!(user[key], value, "{key}");
    }
    let container = &pod["containers"][0];
    let rights = &container["securityContext"];
    assert_eq!(rights["allowPrivilegeEscalation"], false);
    assert_eq!(rights["readOnlyRootFilesystem"], true);
    assert_eq!(rights["capabilities"]["drop"], Value::from(vec!["ALL"]));
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
        assert_eq!(container[probe]["httpGet"]["path"], "/api/v1.0/health", "{probe}");
    }
    // Every volume that is mounted is declared.
    let spec = &manifest("StatefulSet")["spec"];
    let mounted = names(&container["volumeMounts"], "/name");
    let mut declared = names(&pod["volumes"], "/name");
    declared.extend(names(&spec["volumeClaimTemplates"], "/metadata/name"));
    assert_eq!(mounted, declared);
}

#[test]
fn the_chart_restricts_the_pod_in_the_same_way() {
    let template = text(&format!("{CHART}/templates/statefulset.yaml"));
    for line in [
        "automountServiceAccountToken: false",
        "runAsNonRoot: true",
        "runAsUser: 65532",
        "fsGroup: 65532",
        "allowPrivilegeEscalation: false",
        "readOnlyRootFilesystem: true",
        "drop: [ALL]",
        "replicas: 1",
        "args: [serve, --config, /data/config.yaml]",
    ] {
        let has =
            |text: &str| text.lines().any(|it| it.trim_start_matches([' ', '-']) == line || it.contains(&format!("{{{line}}}")));
        assert!(has(&template), "the chart has no {line}");
        assert!(has(&text(MANIFESTS)), "the manifests have no {line}");
    }
    assert_eq!(text(&format!("{CHART}/templates/_helpers.tpl")).matches("path: /api/v1.0/health").count(), 1);
    assert_eq!(template.matches("include \"platus.probe\"").count(), 3);
}

/// The errors of values against the schema of the chart.
fn errors(values: &Value) -> Option<String> {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.set_default_draft(Draft::V7);
    let schema: Value = serde_json::from_str(&text(&format!("{CHART}/values.schema.json"))).unwrap();
    compiler.add_resource("https://platus.test/values.json", schema).unwrap();
    let index = compiler.compile("https://platus.test/values.json", &mut schemas).unwrap();
    schemas.validate(values, index).err().map(|error| format!("{error:#}"))
}

#[test]
fn the_schema_accepts_the_values_and_refuses_others() {
    let values = chart("values.yaml");
    assert_eq!(errors(&values), None);
    for (place, wrong) in [
        ("/image/pullPolicy", Value::from("Sometimes")),
        ("/persistence/size", "two".into()),
        ("/service/port", 0.into()),
        ("/ping", "yes".into()),
        ("/config", Value::Null),
    ] {
        let mut values = values.clone();
        *values.pointer_mut(place).unwrap() = wrong;
        assert!(errors(&values).is_some(), "{place}");
    }
    let mut values = values;
    values["replicas"] = 2.into();
    assert!(errors(&values).is_some(), "there is one writer");
}

#[test]
fn templates_use_the_values_that_there_are_and_the_documentation_has_them() {
    let values = chart("values.yaml");
    let schema: Value = serde_json::from_str(&text(&format!("{CHART}/values.schema.json"))).unwrap();
    let templates: String = TEMPLATES.iter().map(|file| text(&format!("{CHART}/templates/{file}"))).collect();
    assert_eq!(fs::read_dir(Path::new(ROOT).join(CHART).join("templates")).unwrap().count(), TEMPLATES.len());
    let mut used = BTreeSet::new();
    for found in Regex::new(r"\.Values\.(\w+)((?:\.\w+)*)").unwrap().captures_iter(&templates) {
        let properties = found[2].split('.').filter(|key| !key.is_empty());
        let declared = properties.fold(&schema["properties"][&found[1]], |schema, key| &schema["properties"][key]);
        assert!(!declared.is_null(), "{} is in no schema", &found[0]);
        used.insert(found[1].to_owned());
    }
    let guide = fs::read_to_string(Path::new(ROOT).join("../docs/kubernetes.md")).unwrap();
    for name in values.as_object().unwrap().keys() {
        assert!(used.contains(name), "no template uses {name}");
        assert!(guide.contains(&format!("`{name}`")) || guide.contains(&format!("`{name}.")), "docs/kubernetes.md has no {name}");
    }
}

#[test]
fn the_version_is_that_of_the_program() {
    let version = env!("CARGO_PKG_VERSION");
    let chart = chart("Chart.yaml");
    assert_eq!((chart["version"].as_str(), chart["appVersion"].as_str()), (Some(version), Some(version)));
    assert!(text(MANIFESTS).contains(&format!("image: platus:{version}\n")));
}
