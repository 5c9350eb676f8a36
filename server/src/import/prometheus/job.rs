//! One entry of `scrape_configs`.

use super::module::{self, Modules};
use super::targets::{self, Target};
use crate::import::durations;
use crate::import::ids::Ids;
use crate::import::keys::{Keys, quoted};
use crate::import::model::{Imported, Part};
use crate::import::value::{Value, without_references};
use std::path::Path;
use yaml::Node;

/// Tags of a service, and letters of a tag.
const MOST_TAGS: usize = 16;
const LONGEST_TAG: usize = 32;

/// Keys that concern how Prometheus asks the exporter, or what it stores.
const OF_SCRAPE: [&str; 14] = [
    "scheme",
    "honor_labels",
    "honor_timestamps",
    "metric_relabel_configs",
    "sample_limit",
    "label_limit",
    "tls_config",
    "basic_auth",
    "authorization",
    "scrape_protocols",
    "body_size_limit",
    "proxy_url",
    "enable_compression",
    "scrape_classic_histograms",
];

/// Labels of targets that are part of the configuration.
const META: &str = "__";

/// `global`, in seconds.
pub(super) struct Defaults {
    interval: f64,
    timeout: f64,
}

/// A job that asks Blackbox exporter.
pub(super) struct Job<'a> {
    name: &'a str,
    module: &'a str,
    interval: f64,
    timeout: f64,
    targets: Vec<Target>,
    /// What was not carried over of the job.
    lost: Vec<String>,
}

impl Defaults {
    pub(super) fn read(mut keys: Keys<'_>) -> Self {
        Self {
            interval: keys.parsed("scrape_interval", durations::seconds).unwrap_or(60.0),
            timeout: keys.parsed("scrape_timeout", durations::seconds).unwrap_or(10.0),
        }
    }
}

impl<'a> Job<'a> {
    /// The error says why the job is none of Blackbox exporter. Waits for the disk.
    pub(super) fn read(node: &'a Node, defaults: &Defaults, modules: &Modules<'_>, folder: &Path) -> Result<Self, String> {
        let mut keys = Keys::new(node);
        let name = keys.text("job_name").unwrap_or("job");
        let asks_exporter = keys.text("metrics_path") == Some("/probe");
        let mut lost = Vec::new();
        let mut params = keys.map("params");
        let module = params.list("module").first().and_then(Node::text).unwrap_or("http_2xx");
        // They only add to the answer of the exporter.
        params.ignore(&["debug"]);
        if !asks_exporter {
            return Err(format!("the job `{name}`, which collects metrics and checks nothing through blackbox_exporter"));
        }
        if !modules.has(module) {
            return Err(format!("the job `{name}`: its module `{module}` is not in the file of blackbox_exporter"));
        }
        let mut targets = targets::of_static(keys.list("static_configs"), &mut params);
        targets.extend(targets::of_files(keys.list("file_sd_configs"), folder, &mut lost));
        if keys.list("relabel_configs").iter().any(|rule| !is_usual(rule)) {
            lost.push("rules of `relabel_configs` besides those that name the target and the exporter".to_owned());
        }
        let interval = keys.parsed("scrape_interval", durations::seconds).unwrap_or(defaults.interval);
        let timeout = keys.parsed("scrape_timeout", durations::seconds).unwrap_or(defaults.timeout.min(interval));
        keys.ignore(&OF_SCRAPE);
        let unknown = keys.unknown();
        if !unknown.is_empty() {
            lost.push(quoted(&unknown));
        }
        Ok(Self { name, module, interval, timeout, targets, lost })
    }

    /// Adds a service for each target.
    pub(super) fn add_services(self, modules: &Modules<'_>, ids: &mut Ids, imported: &mut Imported) {
        for text in &self.lost {
            imported.lost(format!("the job `{}`: {text}", self.name));
        }
        for target in &self.targets {
            let mut service = Part::new(ids.of(&[self.name, &module::public(&target.address)]));
            service.keys.set("interval", Value::Plain(durations::shown(self.interval.round().clamp(1.0, 86_400.0))));
            service.keys.set("timeout", Value::Plain(durations::shown(self.timeout.clamp(0.001, 3_600.0))));
            modules.set(self.module, &target.address, &mut service, module::display(self.name, &target.address));
            set_tags(&mut service, target);
            imported.services.push(service);
        }
        if self.targets.is_empty() {
            imported.note(format!("The job `{}` has no targets.", self.name));
        }
    }
}

/// Whether a rule is one of those that every job of Blackbox exporter has.
fn is_usual(rule: &Node) -> bool {
    let text = |key: &str| rule.get(key).and_then(Node::text);
    let sources: Vec<&str> =
        rule.get("source_labels").map(crate::import::keys::entries).unwrap_or_default().iter().filter_map(Node::text).collect();
    let is_plain =
        ["regex", "separator", "modulus", "action"].iter().all(|key| rule.get(key).is_none() || text(key) == Some("replace"));
    let known = match (sources.as_slice(), text("target_label")) {
        (["__address__"], Some("__param_target")) | (["__param_target"], Some("instance")) => rule.get("replacement").is_none(),
        ([], Some("__address__")) => true,
        _ => false,
    };
    is_plain && known
}

fn set_tags(service: &mut Part, target: &Target) {
    let labels = target.labels.iter().filter(|(name, _)| !name.starts_with(META));
    let tags: Vec<String> = labels.map(|(name, value)| without_references(&format!("{name}={value}"))).collect();
    let fits = |tag: &&String| tag.chars().count() <= LONGEST_TAG && tag.trim() == tag.as_str();
    let fitting: Vec<String> = tags.iter().filter(fits).take(MOST_TAGS).cloned().collect();
    // Those of `__meta` have a meaning for the rules alone.
    let special = target.labels.iter().map(|(name, _)| name.as_str());
    let special: Vec<&str> = special.filter(|name| name.starts_with(META) && !name.starts_with("__meta")).collect();
    if !special.is_empty() {
        service.lost(format!("the labels {}, which can change how the target is checked", quoted(&special)));
    }
    if fitting.len() < tags.len() {
        service.lost(format!("labels beyond {MOST_TAGS}, or with more than {LONGEST_TAG} letters as tags"));
    }
    if !fitting.is_empty() {
        service.keys.set("tags", Value::texts(fitting));
    }
}
