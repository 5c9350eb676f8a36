//! Reads hashes that may be large, some of it at a time.

use super::link::{Link, Request};
use crate::StoreError;
use redis::cmd;
use std::collections::BTreeMap;
use std::fmt::Display;

/// Entries that are asked for at once.
pub(super) const PAGE: usize = 500;

/// Where to go on, and the entries of a part of a hash.
type Page = (u64, Vec<(Vec<u8>, Vec<u8>)>);

/// All of a hash. A field may come twice, but those that stay throughout come at least once.
pub(super) async fn hash(link: &Link, key: &str) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, StoreError> {
    let (mut entries, mut cursor) = (BTreeMap::new(), 0_u64);
    loop {
        let mut command = cmd("HSCAN");
        command.arg(key).arg(cursor).arg("COUNT").arg(PAGE);
        let (next, some): Page = link.ask(Request::One(&command)).await?;
        entries.extend(some);
        cursor = next;
        if cursor == 0 {
            return Ok(entries);
        }
    }
}

/// Some fields of a hash, not more than [`PAGE`]; absent where there is none.
pub(super) async fn fields(link: &Link, key: &str, fields: &[impl Display]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = cmd("HMGET");
    command.arg(key);
    for field in fields {
        command.arg(field.to_string());
    }
    link.ask(Request::One(&command)).await
}
