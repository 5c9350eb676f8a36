//! Turns the plain passwords of `users.yaml` into hashes and leaves everything else in it as it is, comments included.

use super::file;
use crate::auth::foreign_hash;
use std::collections::HashSet;
use std::path::Path;
use yaml::{Entry, LocatedError, Node, Reading, Scalar, Value};

/// What has become of a file.
pub struct Hashed {
    /// The whole text as it was read.
    pub before: String,
    /// The whole new text.
    pub text: String,
    /// The users whose passwords are hashes now.
    pub users: Vec<String>,
    /// What has to be corrected by hand, and why: passwords that stand in another form, keys that stand twice.
    pub left: Vec<LocatedError>,
}

/// A plain password and where it stands.
struct Plain<'a> {
    user: &'a str,
    node: &'a Node,
    password: &'a str,
    /// Whether it begins on a line below its key, as a block does.
    is_block: bool,
}

/// Reads `users.yaml` and puts hashes in the place of plain passwords. A password that stands elsewhere (`${NAME}`, a file, Vault) is
/// left where it is.
pub fn hash_passwords(path: &Path, hash: impl Fn(&str) -> Result<String, String>) -> Result<Hashed, LocatedError> {
    let text = file::read_text(path)?;
    // A password that is not used stays as it is, so the operator has to know of it.
    let (document, duplicates) = file::parse_text(path, &text)?;
    let mut hashed = Hashed { before: String::new(), text: String::new(), users: Vec::new(), left: Vec::new() };
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut found: Vec<_> =
        document.entries().unwrap_or_default().iter().filter_map(|entry| plain(&entry.key.value, &entry.value)).collect();
    // From the end, so that what is replaced on a line does not move what is still to be.
    found.sort_by_key(|plain| (plain.node.location.line, plain.node.location.column));
    found.reverse();
    let mut done = HashSet::new();
    for Plain { user, node, password, is_block } in found {
        let by_hand = |why: &str| {
            let text = format!("{why}; replace it by the hash that `platus users hash` prints");
            LocatedError::new(&node.location, text).under("password").under(user)
        };
        let at = (node.location.line, node.location.column);
        // Several users may have one password, by an alias.
        if done.contains(&at) {
            hashed.users.push(user.to_owned());
            continue;
        }
        let line = node.location.line.checked_sub(1).and_then(|line| lines.get_mut(line)).filter(|_| !is_block);
        let place = line.and_then(|line| Some((place(line, node.location.column, password)?, line)));
        let Some((place, line)) = place else {
            hashed.left.push(by_hand("this password does not stand beside its key as it is, but in a block or with escapes"));
            continue;
        };
        match hash(password) {
            Ok(hash) => {
                line.replace_range(place, &format!("'{hash}'"));
                hashed.users.push(user.to_owned());
                done.insert(at);
            }
            Err(problem) => hashed.left.push(by_hand(&problem)),
        }
    }
    hashed.users.reverse();
    hashed.left.reverse();
    hashed.left.extend(duplicates);
    hashed.text = lines.concat();
    hashed.before = text;
    Ok(hashed)
}

/// Whether it is a hash, of any kind, damaged ones included: a hash of it would make the damage last.
fn is_taken_for_hash(password: &str) -> bool {
    password.starts_with("$argon2") || foreign_hash(password).is_some()
}

fn plain<'a>(user: &'a str, node: &'a Node) -> Option<Plain<'a>> {
    let Entry { key, value: node } = node.entries()?.iter().find(|entry| entry.key.value == "password")?;
    let Value::Scalar(Scalar { text: password, reading }) = &node.value else { return None };
    let stands_elsewhere = password.contains("${") || password.starts_with("file:/");
    let is_plain = *reading != Reading::Null && !password.is_empty() && !is_taken_for_hash(password) && !stands_elsewhere;
    is_plain.then_some(Plain { user, node, password, is_block: node.location.line > key.location.line })
}

/// Where on a line a password is, quotes included, when it stands there as it is. `column` counts characters from 1.
fn place(line: &str, column: usize, password: &str) -> Option<std::ops::Range<usize>> {
    let start = line.char_indices().nth(column.checked_sub(1)?)?.0;
    let rest = &line[start..];
    let forms = [password.to_owned(), format!("'{}'", password.replace('\'', "''")), format!("\"{password}\"")];
    let form = forms.iter().find(|form| {
        // What follows a plain one must not belong to it.
        rest.strip_prefix(form.as_str()).is_some_and(|after| {
            let after = after.trim_end_matches(['\r', '\n']);
            after.is_empty() || after.starts_with([' ', '\t', ',', '}'])
        })
    })?;
    Some(start..start + form.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;
    use yaml::parse;

    fn hashed(text: &str) -> (String, Vec<String>, Vec<String>) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("users.yaml");
        std::fs::write(&path, text).unwrap();
        let hash = |password: &str| Ok(format!("$argon2id$of {password}"));
        let Hashed { text, users, left, .. } = hash_passwords(&path, hash).unwrap();
        (text, users, left.into_iter().map(|problem| problem.without_folder().to_string()).collect())
    }

    #[test]
    fn only_plain_passwords_are_replaced_and_everything_else_stays() {
        let before = "# people\nadmin:\n  role: admin   # all\n  password: s3cret # change me\n\
            dev: {role: [dev], password: \"pä ss\", }\nops: {password: 'it''s', role: ops}\r\nnumber:\n    password: 0123\n    role: x\n\
            done: {role: x, password: '$argon2id$v=19$x'}\nelsewhere: {role: x, password: '${PW}'}\nfiled: {role: x, password_file: pw}\n";
        let (after, users, left) = hashed(before);
        let expected = "# people\nadmin:\n  role: admin   # all\n  password: '$argon2id$of s3cret' # change me\n\
            dev: {role: [dev], password: '$argon2id$of pä ss', }\nops: {password: '$argon2id$of it's', role: ops}\r\nnumber:\n    password: '$argon2id$of 0123'\n    role: x\n\
            done: {role: x, password: '$argon2id$v=19$x'}\nelsewhere: {role: x, password: '${PW}'}\nfiled: {role: x, password_file: pw}\n";
        assert_eq!(after, expected);
        assert_eq!(users, ["admin", "dev", "ops", "number"]);
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn what_is_written_otherwise_is_left_and_told() {
        let before = "a: {role: x, password: &p s3cret}\nb: {role: x, password: *p}\nc: {role: x, password: \"a\\tb\"}\n\
            d:\n  role: x\n  password: |\n    s3cret\ne: {role: x, password: 's3cret'}\n";
        let (after, users, left) = hashed(before);
        insta::assert_snapshot!(left.join("\n"), @r"
        users.yaml:3:24: `c.password`: this password does not stand beside its key as it is, but in a block or with escapes; replace it by the hash that `platus users hash` prints
        users.yaml:7:5: `d.password`: this password does not stand beside its key as it is, but in a block or with escapes; replace it by the hash that `platus users hash` prints
        ");
        assert_eq!(users, ["a", "b", "e"]);
        let password = |user: &str| parse("users.yaml", &after).unwrap().get(user)?.get("password")?.text().map(str::to_owned);
        assert_eq!(password("b").as_deref(), Some("$argon2id$of s3cret"));
        assert_eq!(password("d").as_deref(), Some("s3cret\n"));
    }

    #[test]
    fn a_password_that_is_not_used_is_told() {
        let (after, users, left) = hashed("a: {role: x, password: old}\na: {role: x, password: new}\n");
        assert_eq!(after, "a: {role: x, password: old}\na: {role: x, password: '$argon2id$of new'}\n");
        assert_eq!(users, ["a"]);
        assert!(left[0].contains("the key `a` stands here again"), "{left:?}");
    }
}
