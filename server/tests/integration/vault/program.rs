//! `platus vault`.

use crate::command_line::platus;
use crate::servers::vault::VaultServer;
use crate::test_app::configuration;
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
    let ok = |told: &str| (0, told.to_owned(), String::new());
    assert_eq!(run(&["write", "secrets.yaml"]), ok("1/3 apps/shop: written.\n2/3 apps/db: written.\n3/3 number: written.\n"));
    assert_eq!(run(&["read", "apps/shop"]), ok("apps/shop can be read.\n"));
    assert_eq!(run(&["read", "apps/shop", "--show"]), ok("s3cret\n"));
    assert_eq!(run(&["read", "apps/db#password", "--show"]), ok("p4ss\n"));
    assert_eq!(run(&["read", "number", "--show"]), ok("0123\n"));
    let (code, _, told) = run(&["read", "nowhere"]);
    assert_eq!((code, told.as_str()), (1, "platus: nowhere cannot be read: there is nothing at kv/nowhere\n"));
    assert_eq!(run(&["read", ""]).0, 2);

    fs::write(folder.path().join("wrong.yaml"), "apps/shop: [s3cret]\n").unwrap();
    let (code, _, told) = run(&["write", "wrong.yaml"]);
    assert_eq!(
        (code, told.as_str()),
        (2, "wrong.yaml:1:12: expected text or a number; lists and maps cannot be used as a property\n")
    );
}
