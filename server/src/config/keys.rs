//! `keys.yaml`: the API keys. The command `platus keys` writes it. It contains only digests, so that reading it reveals no key.

use super::file::SIZE_LIMIT;
use super::roles::read_roles;
use crate::auth::{ApiKey, Permission, digest_of_hex, hex_of_digest};
use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt::Write as _;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::{fs, io};
use system::files::{OTHERS_WRITE, open_ordinary};
use yaml::fields::Fields;
use yaml::{Entry, LocatedError, Node, parse};

/// Permissions of other users than owner and group.
const OTHERS_READ: u32 = 0o004;

/// The prefix of a digest, so that a later version can use another algorithm.
const DIGEST_PREFIX: &str = "sha256:";

/// Reads the keys in a file, which may be absent. Fails if it has any error, because a silently ignored key would be hard to find.
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

/// The text of the file. `None` if it is absent.
fn read_text(file: &Path) -> Result<Option<String>, String> {
    let opened = match open_ordinary(file) {
        // A dangling link is an error, not an absent file.
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

/// Removes the permissions of other users to read the file. Returns a warning if it did. Blocks on the disk.
pub fn close_keys(file: &Path) -> Option<String> {
    // Not through a link: its target may belong to another user.
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

fn read_scope(node: &Node) -> Result<Permission, LocatedError> {
    let word: String = node.read()?;
    Permission::of_scope(&word).ok_or_else(|| LocatedError::new(&node.location, "expected read, operate or admin"))
}

fn read_time(node: &Node) -> Result<DateTime<Utc>, LocatedError> {
    let text: String = node.read()?;
    let time = DateTime::parse_from_rfc3339(&text).map(|time| time.to_utc());
    time.map_err(|_| LocatedError::new(&node.location, "expected a time such as 2027-01-31T12:00:00Z"))
}

fn read_digest(node: &Node) -> Result<[u8; 32], LocatedError> {
    let text: String = node.read()?;
    let wrong = || LocatedError::new(&node.location, "expected `sha256:` and 64 digits; delete the entry and create the key again");
    text.strip_prefix(DIGEST_PREFIX).and_then(digest_of_hex).ok_or_else(wrong)
}

/// The text of a file with these keys.
pub fn keys_text(keys: &[ApiKey]) -> String {
    let mut text = "# API keys, written by `platus keys`. A key itself stands nowhere: only its digest does.\n".to_owned();
    // An empty file is not valid YAML.
    if keys.is_empty() {
        text.push_str("{}\n");
    }
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    for key in keys {
        let (scope, digits) = (key.scope.scope(), hex_of_digest(&key.digest));
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
            key("poller", Some(&["dev", "ops: 'x'"]), Permission::View, Some("2027-01-31T12:00:00Z")),
            key("ci", None, Permission::Operate, None),
            key("all", None, Permission::Administer, None),
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
        let error = || read_keys(&file).unwrap_err().into_iter().next().unwrap().without_folder().to_string();
        std::fs::write(&file, keys_text(&[])).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o646)).unwrap();
        assert!(error().contains("every user of this machine can write to it") && close_keys(&file).is_none(), "{}", error());
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert!(close_keys(&file).unwrap().contains("could be read by every user"));
        assert_eq!((fs::metadata(&file).unwrap().mode() & 0o777, close_keys(&file)), (0o640, None));
        assert_eq!(read_keys(&file).unwrap(), []);

        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
        assert!(error().contains("it is a device and no ordinary file"), "{}", error());
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("nowhere", &file).unwrap();
        assert!(error().contains("cannot be read"), "{}", error());
    }

    #[test]
    fn a_wrong_key_is_reported_with_its_place() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("keys.yaml");
        std::fs::write(&file, "a: {user: dev, scope: write, digest: 'sha256:00', expires: soon}\nb: {usr: dev}\n").unwrap();
        let errors = read_keys(&file).unwrap_err();
        let errors: Vec<_> = errors.into_iter().map(|error| error.without_folder().to_string()).collect();
        insta::assert_snapshot!(errors.join("\n"), @r"
        keys.yaml:1:23: `a.scope`: expected read, operate or admin
        keys.yaml:1:38: `a.digest`: expected `sha256:` and 64 digits; delete the entry and create the key again
        keys.yaml:1:60: `a.expires`: expected a time such as 2027-01-31T12:00:00Z
        keys.yaml:2:4: `b`: the key `user` is missing or has no value; add it
        keys.yaml:2:4: `b`: the key `scope` is missing or has no value; add it
        keys.yaml:2:4: `b`: the key `digest` is missing or has no value; add it
        keys.yaml:2:5: `b`: unknown key `usr`; did you mean `user`? Known keys: digest, expires, role, scope, user
        ");
    }
}
