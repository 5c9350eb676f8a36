//! `keys.yaml`: the API keys. Platus writes it itself, with `platus keys`; whoever reads it learns no key.

use super::file::SIZE_LIMIT;
use super::roles::read_roles;
use crate::auth::{ApiKey, Verb};
use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt::Write as _;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::{fs, io};
use system::files::open_ordinary;
use yaml::fields::Fields;
use yaml::{Entry, LocatedError, Node, parse};

/// Permissions of everybody but owner and group.
const OTHERS_READ: u32 = 0o004;
const OTHERS_WRITE: u32 = 0o002;

/// How a digest is marked, so that a later version can have another.
const DIGEST_PREFIX: &str = "sha256:";

/// The words of `scope`.
pub const SCOPES: [(&str, Verb); 3] = [("read", Verb::View), ("operate", Verb::Operate), ("admin", Verb::Administer)];

/// Reads the keys in a file, which need not be there. Fails when anything in it is wrong: a key that is passed over in silence would be
/// looked for for hours.
pub fn read_keys(file: &Path) -> Result<Vec<ApiKey>, Vec<LocatedError>> {
    let text = match read_text(file) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(Vec::new()),
        Err(problem) => return Err(vec![LocatedError::without_place(format!("{}: {problem}", file.display()))]),
    };
    let document = parse(&file.display().to_string(), &text).map_err(|error| vec![error])?;
    let mut keys = Vec::new();
    let mut errors = Vec::new();
    for entry in document.entries().unwrap_or_default() {
        match key(entry) {
            Ok(key) => keys.push(key),
            Err(found) => errors.extend(found.into_iter().map(|error| error.under(&entry.key.value))),
        }
    }
    if errors.is_empty() { Ok(keys) } else { Err(errors) }
}

/// The text of the file; nothing when there is none.
fn read_text(file: &Path) -> Result<Option<String>, String> {
    let opened = match open_ordinary(file) {
        // A link that leads nowhere is a mistake, and no reason to forget all keys.
        Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(file).is_err() => return Ok(None),
        opened => opened.map_err(|error| format!("cannot be read: {error}"))?,
    };
    if opened.metadata.mode() & OTHERS_WRITE != 0 {
        return Err(
            "every user of this machine can write to it, so that the keys in it may be anybody's. See whether each is known, and \
                    then take that right away: chmod o-w"
                .to_owned(),
        );
    }
    let bytes = opened.read(SIZE_LIMIT).map_err(|error| format!("cannot be read: {error}"))?;
    String::from_utf8(bytes).map(Some).map_err(|_| "holds no UTF-8 text".to_owned())
}

/// Takes from others the right to read the file, where they have it. Returns what to tell the operator. Waits for the disk.
pub fn close_keys(file: &Path) -> Option<String> {
    // Not what a link leads to: that may be a file of another user.
    let mode = fs::symlink_metadata(file).ok().filter(fs::Metadata::is_file)?.mode();
    if mode & OTHERS_READ == 0 || mode & OTHERS_WRITE != 0 {
        return None;
    }
    let place = file.display();
    Some(match fs::set_permissions(file, Permissions::from_mode(mode & 0o770)) {
        Ok(()) => format!("{place} could be read by every user of this machine; now only its owner and its group can read it."),
        Err(error) => {
            format!(
                "{place} can be read by every user of this machine, and that cannot be changed: {error}. It holds no key, but names."
            )
        }
    })
}

fn key(entry: &Entry) -> Result<ApiKey, Vec<LocatedError>> {
    let mut fields = Fields::of(&entry.value);
    let user = fields.required("user", Node::read);
    let roles = fields.read("role", read_roles);
    let scope = fields.required("scope", read_scope);
    let expires = fields.read("expires", read_time);
    let digest = fields.required("digest", read_digest);
    match (user, scope, digest, fields.finish()) {
        (Some(user), Some(scope), Some(digest), errors) if errors.is_empty() => {
            Ok(ApiKey { name: entry.key.value.clone(), user, roles, scope, expires, digest })
        }
        (.., errors) => Err(errors),
    }
}

fn read_scope(node: &Node) -> Result<Verb, LocatedError> {
    let word: String = node.read()?;
    let scope = SCOPES.iter().find(|(known, _)| *known == word).map(|(_, scope)| *scope);
    scope.ok_or_else(|| LocatedError::new(&node.location, "expected read, operate or admin"))
}

fn read_time(node: &Node) -> Result<DateTime<Utc>, LocatedError> {
    let text: String = node.read()?;
    let time = DateTime::parse_from_rfc3339(&text).map(|time| time.to_utc());
    time.map_err(|_| LocatedError::new(&node.location, "expected a time such as 2027-01-31T12:00:00Z"))
}

fn read_digest(node: &Node) -> Result<[u8; 32], LocatedError> {
    let text: String = node.read()?;
    let wrong =
        || LocatedError::new(&node.location, "expected `sha256:` and 64 digits; make the key anew with `platus keys create`");
    let digits = text.strip_prefix(DIGEST_PREFIX).filter(|digits| digits.len() == 64).ok_or_else(wrong)?;
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        *byte = pair.ok_or_else(wrong)?;
    }
    Ok(digest)
}

/// The text of a file with these keys.
pub fn keys_text(keys: &[ApiKey]) -> String {
    let mut text = "# API keys, written by `platus keys`. A key itself stands nowhere: only its digest does.\n".to_owned();
    // A file that holds nothing is no YAML.
    if keys.is_empty() {
        text.push_str("{}\n");
    }
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    for key in keys {
        let scope = SCOPES.iter().find(|(_, scope)| *scope == key.scope).map_or("read", |(word, _)| word);
        let digits: String = key.digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let roles = key.roles.as_ref().map(|roles| {
            let roles: Vec<_> = roles.iter().map(quoted).collect();
            format!("  role: [{}]\n", roles.join(", "))
        });
        let expires = key.expires.map(|time| format!("  expires: '{}'\n", time.to_rfc3339_opts(SecondsFormat::Secs, true)));
        // Writing to a string cannot fail.
        write!(
            text,
            "{}:\n  user: {}\n{}  scope: {scope}\n{}  digest: '{DIGEST_PREFIX}{digits}'\n",
            quoted(&key.name),
            quoted(&key.user),
            roles.unwrap_or_default(),
            expires.unwrap_or_default()
        )
        .unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn what_is_written_is_read_again() {
        let key = |name: &str, roles: Option<&[&str]>, scope, expires: Option<&str>| ApiKey {
            name: name.to_owned(),
            user: "o'brien: x".to_owned(),
            roles: roles.map(|roles| roles.iter().copied().collect()),
            scope,
            expires: expires.map(|time| time.parse().unwrap()),
            digest: [7; 32],
        };
        let keys = vec![
            key("poller", Some(&["dev", "ops: 'x'"]), Verb::View, Some("2027-01-31T12:00:00Z")),
            key("ci", None, Verb::Operate, None),
            key("all", None, Verb::Administer, None),
        ];
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("keys.yaml");
        assert_eq!(read_keys(&file).unwrap(), []);
        for keys in [keys, Vec::new()] {
            std::fs::write(&file, keys_text(&keys)).unwrap();
            assert_eq!(read_keys(&file).unwrap(), keys);
        }
    }

    #[test]
    fn a_file_that_others_can_write_is_refused_and_one_that_they_can_read_is_closed() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("keys.yaml");
        let told = || read_keys(&file).unwrap_err().into_iter().next().unwrap().without_folder().to_string();
        std::fs::write(&file, keys_text(&[])).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o646)).unwrap();
        assert!(told().contains("every user of this machine can write to it") && close_keys(&file).is_none(), "{}", told());
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert!(close_keys(&file).unwrap().contains("could be read by every user"));
        assert_eq!((fs::metadata(&file).unwrap().mode() & 0o777, close_keys(&file)), (0o640, None));
        assert_eq!(read_keys(&file).unwrap(), []);

        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
        assert!(told().contains("it is a device and no ordinary file"), "{}", told());
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("nowhere", &file).unwrap();
        assert!(told().contains("cannot be read"), "{}", told());
    }

    #[test]
    fn a_wrong_key_is_told_with_its_place() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("keys.yaml");
        std::fs::write(&file, "a: {user: dev, scope: write, digest: 'sha256:00', expires: soon}\nb: {usr: dev}\n").unwrap();
        let errors = read_keys(&file).unwrap_err();
        let told: Vec<_> = errors.into_iter().map(|error| error.without_folder().to_string()).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        keys.yaml:1:23: `a.scope`: expected read, operate or admin
        keys.yaml:1:38: `a.digest`: expected `sha256:` and 64 digits; make the key anew with `platus keys create`
        keys.yaml:1:60: `a.expires`: expected a time such as 2027-01-31T12:00:00Z
        keys.yaml:2:4: `b`: the key `user` is missing or has no value; add it
        keys.yaml:2:4: `b`: the key `scope` is missing or has no value; add it
        keys.yaml:2:4: `b`: the key `digest` is missing or has no value; add it
        keys.yaml:2:5: `b`: unknown key `usr`; did you mean `user`? Known keys: digest, expires, role, scope, user
        ");
    }
}
