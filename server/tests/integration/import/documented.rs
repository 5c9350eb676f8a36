//! docs/import.md, walked literally.

use super::kuma_database::{Version, create};
use crate::command_line::PLATUS;
use crate::servers::redis::RedisServer;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const PAGE: &str = include_str!("../../../../docs/import.md");
const LEGACY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/legacy");

/// The code blocks of a section, with their languages.
fn blocks(section: &str) -> Vec<(&'static str, &'static str)> {
    let (_, text) = PAGE.split_once(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("the page has no section {section}"));
    let text = text.split("\n## ").next().unwrap();
    let fences: Vec<&str> = text.split("```").collect();
    fences.chunks(2).filter_map(|chunk| chunk.get(1)?.split_once('\n')).collect()
}

/// Writes the files of a section and runs its commands in this folder. A block that begins with `# FILE` is that file.
fn walk(section: &str, folder: &Path) -> String {
    let mut said = String::new();
    for (language, text) in blocks(section) {
        if matches!(language, "yaml" | "json") {
            let name = text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("the name of the file");
            fs::write(folder.join(name), text).unwrap();
        }
        if language == "sh" {
            for line in text.lines().filter(|line| !line.is_empty()) {
                said += &run(line, folder);
            }
        }
    }
    said
}

/// Runs a line of a shell. `platus import` may end with 1, since something may not be carried over.
fn run(line: &str, folder: &Path) -> String {
    let program = Path::new(PLATUS).parent().unwrap();
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let code = output.status.code().unwrap();
    assert!(code == 0 || (code == 1 && line.contains("platus import")), "{line} ended with {code}: {said}");
    said
}

#[test]
fn gatus() {
    let folder = tempfile::tempdir().unwrap();
    let said = walk("From Gatus", folder.path());
    assert!(said.contains("Imported: 2 services, 1 channel.") && said.contains("No errors in"), "{said}");
    fs::write(folder.path().join("password.txt"), "chosen\n").unwrap();
    let said = walk("After an import", folder.path());
    assert!(said.contains("No errors in"), "{said}");
    let users = fs::read_to_string(folder.path().join("imported/users.yaml")).unwrap();
    assert!(users.starts_with("admin:\n  role: [admin]\n  password: $argon2id$"), "{users}");
}

#[test]
fn uptime_kuma() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "INSERT INTO monitor (name, type, hostname, port) VALUES ('Database', 'port', 'db.example.org', 5432)";
    create(&folder.path().join("kuma.db"), Version::One, rows);
    let said = walk("From Uptime Kuma", folder.path());
    assert!(said.contains("Imported: 1 service.") && said.contains("No errors in"), "{said}");
}

#[test]
fn blackbox_exporter() {
    let folder = tempfile::tempdir().unwrap();
    let said = walk("From blackbox_exporter", folder.path());
    assert!(said.contains("Imported: 2 services.") && said.contains("No errors in"), "{said}");
}

#[test]
fn the_original() {
    let redis = RedisServer::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("platus-original");
    fs::create_dir_all(original.join("data")).unwrap();
    let config = fs::read_to_string(format!("{LEGACY}/config.yaml")).unwrap();
    fs::write(
        original.join("config.yaml"),
        config.replace("host: redis", "host: 127.0.0.1").replace("6379", &redis.port.to_string()),
    )
    .unwrap();
    for file in ["services.yaml", "users.yaml"] {
        fs::copy(format!("{LEGACY}/data/{file}"), original.join("data").join(file)).unwrap();
    }
    let said = walk("From the original Platus", folder.path());
    assert!(said.contains("No errors in"), "{said}");
}
