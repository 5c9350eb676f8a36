use crate::servers::tool;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// The program that plays Vault in the tests.
pub(super) enum Program {
    /// `OpenBao` or Vault itself: a name on the `PATH`, or a path.
    Whole(String),
    /// The path of `RustyVault`.
    RustyVault(String),
}

impl Program {
    /// The one that `PLATUS_VAULT` names, else `bao`, else `vault`, else `RustyVault`.
    pub(super) fn chosen() -> &'static Self {
        static CHOSEN: LazyLock<Program> = LazyLock::new(|| {
            let named = std::env::var("PLATUS_VAULT").ok().filter(|named| !named.is_empty());
            whole(named.as_deref(), version).map_or_else(|| Program::RustyVault(rusty_vault()), Program::Whole)
        });
        &CHOSEN
    }
}

fn rusty_vault() -> String {
    tool("rusty-vault-0.2.1/bin/rvault")
}

/// An explicitly configured program is never replaced silently by another one.
fn whole(named: Option<&str>, version: impl Fn(&str) -> String) -> Option<String> {
    if let Some(program) = named {
        let answer = version(program);
        let what = "which is neither OpenBao nor Vault; give the path of one of them as PLATUS_VAULT";
        assert!(is_whole(&answer), "`{program} version` answers {answer:?}, {what}");
        return Some(program.to_owned());
    }
    ["bao", "vault"].into_iter().find(|program| is_whole(&version(program))).map(str::to_owned)
}

/// What a program answers when it is asked for its version; nothing where there is no such program.
fn version(program: &str) -> String {
    let output = Command::new(program).arg("version").stdin(Stdio::null()).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// There are other programs of the name `vault`.
fn is_whole(version: &str) -> bool {
    let number = ["OpenBao v", "Vault v"].into_iter().find_map(|name| version.strip_prefix(name));
    number.is_some_and(|number| number.starts_with(|first: char| first.is_ascii_digit()))
}

#[test]
fn only_what_says_that_it_is_openbao_or_vault_is_taken_for_it() {
    for version in [
        "OpenBao v2.4.1 (0123456789abcdef0123456789abcdef01234567), built 2025-09-08T18:32:30Z\n",
        "OpenBao v2.5.0-beta20251125\n",
        "Vault v1.17.2 (0123456789abcdef0123456789abcdef01234567), built 2024-07-05T15:19:12Z\n",
        "Vault v1.17.2+ent (0123456789abcdef0123456789abcdef01234567), built 2024-07-05T15:19:12Z\n",
    ] {
        assert!(is_whole(version), "{version}");
    }
    for version in
        ["", "vault 0.9.4\n", "Vault version 3\n", "Ansible Vault v2.1\n", "rusty_vault 0.2.1\n", "OpenBao (version unknown)\n"]
    {
        assert!(!is_whole(version), "{version}");
    }
    assert_eq!(version("there-is-no-program-of-this-name"), "");
    assert!(!is_whole(&version(&rusty_vault())));
}

#[test]
fn the_first_that_is_whole_is_chosen() {
    let machine = |programs: &[(&str, &str)], named| {
        let version = |asked: &str| {
            let program = programs.iter().find(|(name, _)| *name == asked);
            program.map(|(_, version)| (*version).to_owned()).unwrap_or_default()
        };
        whole(named, version)
    };
    let (bao, vault, other) = (("bao", "OpenBao v2.4.1\n"), ("vault", "Vault v1.17.2\n"), ("vault", "vault 0.9.4\n"));
    assert_eq!(machine(&[bao, vault], None).as_deref(), Some("bao"));
    assert_eq!(machine(&[vault], None).as_deref(), Some("vault"));
    assert_eq!(machine(&[other], None), None);
    assert_eq!(machine(&[], None), None);
    assert_eq!(machine(&[bao, ("/opt/vault", "Vault v1.17.2\n")], Some("/opt/vault")).as_deref(), Some("/opt/vault"));
}

#[test]
#[should_panic(expected = "neither OpenBao nor Vault")]
fn a_program_that_is_named_and_is_neither_is_not_passed_over() {
    whole(Some("/opt/other"), |_| "other 1.0\n".to_owned());
}
