//! `platus vault`.

use crate::command_line::platus;
use crate::servers::vault::VaultServer;
use crate::test_app::configuration;
use reqwest::Method;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Runs `platus vault` with the configuration of this folder, and in it. Returns the exit code and what it has printed and complained of.
pub(super) fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let config = folder.join("config.yaml").display().to_string();
    let mut command = platus(&[&["vault"], arguments, &["--config", &config]].concat());
    let output = command.env("DB_PASSWORD", "p4ss").current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn many_secrets_are_written_at_once_and_read_without_being_shown() {
    let vault = VaultServer::start().await;
    let folder = configuration(&vault.backend(&format!("token: {}", vault.root_token)), "{}");
    let secrets = "apps/shop: s3cret\napps/db: {username: shop, password: '${DB_PASSWORD}'}\nnumber: 0123\n";
    fs::write(folder.path().join("secrets.yaml"), secrets).unwrap();
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let ok = |printed: &str| (0, printed.to_owned(), String::new());
    assert_eq!(run(&["write", "secrets.yaml"]), ok("1/3 apps/shop: written.\n2/3 apps/db: written.\n3/3 number: written.\n"));
    assert_eq!(run(&["read", "apps/shop"]), ok("apps/shop can be read.\n"));
    assert_eq!(run(&["read", "apps/shop", "--show"]), ok("s3cret\n"));
    assert_eq!(run(&["read", "apps/db#password", "--show"]), ok("p4ss\n"));
    assert_eq!(run(&["read", "number", "--show"]), ok("0123\n"));
    let (code, _, error) = run(&["read", "nowhere"]);
    assert_eq!((code, error.as_str()), (1, "platus: nowhere cannot be read: there is nothing at kv/nowhere\n"));
    assert_eq!(run(&["read", ""]).0, 2);

    fs::write(folder.path().join("wrong.yaml"), "apps/shop: [s3cret]\n").unwrap();
    let (code, _, error) = run(&["write", "wrong.yaml"]);
    assert_eq!(
        (code, error.as_str()),
        (2, "wrong.yaml:1:12: expected text or a number; lists and maps cannot be used as a property\n")
    );
}

/// What an address would take for something else is part of a path, and a `#` may be.
#[tokio::test]
async fn a_secret_is_written_to_the_path_that_is_given_and_found_there() {
    let vault = VaultServer::start().await;
    let folder = configuration(&vault.backend(&format!("token: {}", vault.root_token)), "{}");
    let secrets =
        "apps/a b: blank\n'apps/50%': percent\n'apps/what?': question\napps/Käse: umlaut\n'team \\#1/db': {'pass#word': number}\n";
    fs::write(folder.path().join("secrets.yaml"), secrets).unwrap();
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let (code, said, error) = run(&["write", "secrets.yaml"]);
    assert_eq!(code, 0, "{said}{error}");
    assert!(said.ends_with("5/5 team #1/db: written.\n"), "{said}");
    for (key, path, field, expected) in [
        ("apps/a b", "apps/a%20b", "value", "blank"),
        ("apps/50%", "apps/50%25", "value", "percent"),
        ("apps/what?", "apps/what%3F", "value", "question"),
        ("apps/Käse", "apps/K%C3%A4se", "value", "umlaut"),
        ("team \\#1/db#pass\\#word", "team%20%231/db", "pass#word", "number"),
        ("team #1/db#pass\\#word", "team%20%231/db", "pass#word", "number"),
    ] {
        let there = vault.call(Method::GET, &format!("kv/{path}"), Value::Null).await;
        assert_eq!(there["data"][field], expected, "{path}");
        assert_eq!(run(&["read", key, "--show"]), (0, format!("{expected}\n"), String::new()), "{key}");
    }
}
