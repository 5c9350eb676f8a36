//! The files of the Python program.

use super::import;
use std::fs;

const LEGACY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/legacy");

#[test]
fn files_of_the_python_program_get_todays_form() {
    let imported = import(&["platus", &format!("{LEGACY}/config.yaml")]);
    // Two of its services cannot be checked: one has no certificate, and one needs Vault, which is off.
    assert_eq!(imported.code, Some(1), "{}", imported.said);
    assert!(imported.said.contains("service bank: ") && imported.said.contains("service archive: "), "{}", imported.said);
    assert!(imported.said.contains("2 things were not carried over") && !imported.said.contains("MARKER"), "{}", imported.said);
    imported.assert_valid(&[]);
    let config = imported.text("config.yaml");
    for part in ["persistent_data: true\n", "notify: false\n", "vault: false\n", "type: slack\n", "host: redis\n"] {
        assert!(config.contains(part), "{part}: {config}");
    }
    assert!(!config.contains("services:") && !config.contains("False"), "{config}");
    let services = imported.text("services.yaml");
    assert!(!services.contains("role: dev\n"), "{services}");
}

#[test]
fn what_it_tolerated_is_written_as_it_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    write(
        "config.yaml",
        "services: s.yaml\nusers: u.yaml\nnotify: 'False'\nlog_level: CRITICAL\npersistent_data_backend: {type: redis, data: {host: r, ssl: True, port: }}\nlisten: \n",
    );
    write(
        "s.yaml",
        "shop: {role: dev, type: rest_http, properties: {host: a.example.org, port: , username: u, password_file: secret}, data: {name: Shop}}\n",
    );
    write("u.yaml", "anna: {role: admin, password: secret}\n");
    write("secret", "x");
    let imported = import(&["platus", folder.path().join("config.yaml").to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{}", imported.said);
    imported.assert_valid(&[]);
    let config = imported.text("config.yaml");
    for part in ["notify: false\n", "log_level: error\n", "tls: true\n"] {
        assert!(config.contains(part), "{part}: {config}");
    }
    let services = imported.text("services.yaml");
    let secret = folder.path().canonicalize().unwrap().join("secret");
    assert!(services.contains("role: [dev]\n") && services.contains(&format!("password_file: {}", secret.display())), "{services}");
    let users = imported.text("users.yaml");
    assert!(users.contains("anna:\n  role: [admin]\n  password: secret\n"), "{users}");
    let hash = format!("`platus users hash --in-place --config {}`", imported.folder().join("config.yaml").display());
    let words: Vec<_> = users.split_whitespace().filter(|word| *word != "#").collect();
    assert!(words.join(" ").contains(&hash), "{users}");
}
