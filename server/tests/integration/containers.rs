//! The files for containers: each Compose file is read, and the configuration that it mounts is loaded as Platus would in its container.
//! No container runs here.

use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use server::application::services;
use server::config::Config;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use yaml::{Node, Value};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Where the image has the configuration.
const DATA: &str = "/data/";

struct Compose {
    folder: PathBuf,
    document: Node,
}

impl Compose {
    fn read(file: &str) -> Self {
        let path = Path::new(ROOT).join(file);
        let document = yaml::parse(file, &fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{error}"));
        Self { folder: path.parent().unwrap().to_owned(), document }
    }

    fn services(&self) -> BTreeMap<&str, &Node> {
        entries(self.document.get("services").unwrap())
    }

    fn platus(&self) -> &Node {
        self.services()["platus"]
    }

    /// The files that Platus has in its container, in a folder of the test.
    fn mounted(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for volume in texts(self.platus().get("volumes").unwrap()) {
            let (source, target) = volume.split_once(':').unwrap();
            if !source.starts_with('.') {
                continue;
            }
            let (source, target) = (self.folder.join(source), target.trim_end_matches(":ro"));
            match target.strip_prefix(DATA) {
                Some(name) => drop(fs::copy(&source, folder.path().join(name)).unwrap()),
                None => {
                    assert_eq!(format!("{target}/"), DATA, "{volume}");
                    for entry in fs::read_dir(&source).unwrap().map(Result::unwrap) {
                        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
                    }
                }
            }
        }
        folder
    }

    /// Loads what Platus would, with the environment of its container.
    fn load(&self) -> Config {
        let folder = self.mounted();
        let environment = self.platus().get("environment").map(entries).unwrap_or_default();
        let environment: BTreeMap<_, _> = environment.into_iter().map(|(name, value)| (name, value.text().unwrap())).collect();
        let of_environment = |name: &str| environment.get(name).map(|value| (*value).to_owned());
        Config::load(&folder.path().join("config.yaml"), &of_environment).unwrap_or_else(|error| panic!("{error}"))
    }
}

fn entries(node: &Node) -> BTreeMap<&str, &Node> {
    let Value::Map(entries) = &node.value else { panic!("{node:?}") };
    entries.iter().map(|entry| (entry.key.value.as_str(), &entry.value)).collect()
}

fn texts(node: &Node) -> Vec<&str> {
    let Value::List(nodes) = &node.value else { panic!("{node:?}") };
    nodes.iter().map(|node| node.text().unwrap()).collect()
}

/// Loads the configuration of a Compose file, and checks it against the other services of that file.
#[track_caller]
fn check(file: &str, store: Option<&str>) {
    let compose = Compose::read(file);
    let config = compose.load();
    let plain = |warning: &&String| !warning.contains("password");
    assert_eq!(config.warnings.iter().filter(plain).collect::<Vec<_>>(), Vec::<&String>::new(), "{file}");
    assert_eq!(config.settings.listen, Some("0.0.0.0:5001".parse().unwrap()), "{file}: the port that is published");
    assert!(config.users.iter().any(|user| user.name == "admin"), "{file}");
    for (service, _) in services(&config, &CheckTypes::built_in(), &Heartbeats::default(), None) {
        assert!(service.check.is_ok(), "{file}: {:?}", service.check.as_ref().err());
    }
    let backend = config.settings.persistent_data_backend.as_ref();
    assert_eq!(backend.map(|backend| backend.kind.value.as_str()), store, "{file}");

    let known = compose.services();
    let store_host = backend.and_then(|backend| backend.data.get("host")?.text());
    let vault = config.settings.vault_backend.as_ref().map(|_| "vault");
    for host in store_host.into_iter().chain(vault) {
        assert!(known.contains_key(host), "{file} has no service {host}");
        assert!(texts(compose.platus().get("depends_on").unwrap()).contains(&host), "{file}: platus starts before {host}");
    }
    // Every volume with a name is declared.
    let declared = compose.document.get("volumes").map(entries).unwrap_or_default();
    for (name, service) in &known {
        for volume in service.get("volumes").map(texts).unwrap_or_default() {
            let source = volume.split(':').next().unwrap();
            let is_there = if source.starts_with('.') {
                source == "./tls" || compose.folder.join(source).exists()
            } else {
                declared.contains_key(source)
            };
            assert!(is_there, "{file}: {name} mounts {source}");
        }
    }
}

#[test]
fn each_compose_file_has_a_configuration_that_loads() {
    check("docker-compose.yml", Some("redis"));
    check("compose/sqlite/docker-compose.yml", None);
    check("compose/mongodb/docker-compose.yml", Some("mongodb"));
    check("compose/vault/docker-compose.yml", None);
    check("compose/nginx/docker-compose.yml", None);
    let folders = fs::read_dir(Path::new(ROOT).join("compose")).unwrap().count();
    assert_eq!(folders, 4, "a Compose file is not checked here");
}

#[test]
fn the_proxy_of_the_compose_file_is_the_one_that_is_trusted() {
    let compose = Compose::read("compose/nginx/docker-compose.yml");
    let address = compose.services()["nginx"].get("networks").unwrap().get("default").unwrap().get("ipv4_address").unwrap();
    let address: std::net::IpAddr = address.text().unwrap().parse().unwrap();
    let config = compose.load();
    assert!(config.settings.trusted_proxies.iter().any(|trusted| trusted.contains(&address)));
    let nginx = fs::read_to_string(compose.folder.join("nginx.conf")).unwrap();
    let name = config.settings.public_url.unwrap();
    assert!(nginx.contains(&format!("server_name {};", name.host_str().unwrap())), "{nginx}");
}

#[test]
fn the_configuration_of_the_package_loads() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    for file in ["config.yaml", "services.yaml", "users.yaml"] {
        let text = fs::read_to_string(Path::new(ROOT).join("packaging/config").join(file)).unwrap();
        fs::write(folder.path().join(file), text.replace("/etc/platus", place)).unwrap();
    }
    // As the unit does: by a link in the folder that Platus writes.
    let state = tempfile::tempdir().unwrap();
    let link = state.path().join("config.yaml");
    std::os::unix::fs::symlink(folder.path().join("config.yaml"), &link).unwrap();
    let config = Config::load(&link, &|_| None).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.services.len(), 1);
    assert_eq!(config.keys_file.parent(), Some(folder.path()));
}
