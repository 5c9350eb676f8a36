//! The database of Uptime Kuma. It is only read, and nothing in it is run.

use super::record::Record;
use super::tables::{Tables, tag};
use crate::import::input::ImportError;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use url::Url;

/// Rows of one table.
const MOST_ROWS: usize = 100_000;

/// Bytes of all texts together.
const MOST_BYTES: usize = 256 << 20;

pub(super) fn read(path: &Path) -> Result<Tables, ImportError> {
    refuse_unsaved(path)?;
    let wrong = |error: rusqlite::Error| ImportError::new(format!("{} cannot be read: {error}", path.display()));
    let mut database = Database::new(open(path)?);
    let monitors = database.table("monitor").map_err(wrong)?;
    if monitors.is_none() {
        return Err(ImportError::new(format!("{} has no table `monitor`; is it a database of Uptime Kuma?", path.display())));
    }
    let mut rows = |name| Ok::<_, ImportError>(database.table(name).map_err(wrong)?.unwrap_or_default());
    let names: HashMap<i64, String> =
        rows("tag")?.iter().filter_map(|row| Some((row.id("id")?, row.text("name")?.to_owned()))).collect();
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for row in rows("monitor_tag")? {
        let (Some(monitor), Some(name)) = (row.id("monitor_id"), row.id("tag_id").and_then(|id| names.get(&id))) else { continue };
        tags.entry(monitor).or_default().push(tag(name, row.text("value")));
    }
    let settings = rows("setting")?;
    let zone = settings.iter().find(|row| row.text("key") == Some("serverTimezone")).and_then(|row| row.text("value"));
    let zone = zone.map(|zone| zone.trim_matches('"').to_owned()).filter(|zone| !zone.is_empty());
    Ok(Tables {
        monitors: monitors.unwrap_or_default(),
        notifications: rows("notification")?,
        proxies: rows("proxy")?.into_iter().filter_map(|row| Some((row.id("id")?, row))).collect(),
        maintenances: rows("maintenance")?,
        users: rows("user")?,
        status_pages: rows("status_page")?,
        tags,
        notified: pairs(&rows("monitor_notification")?, "notification_id"),
        maintained: pairs(&rows("monitor_maintenance")?, "maintenance_id"),
        zone,
    })
}

/// Fails when the newest changes are not in the file itself.
pub(super) fn refuse_unsaved(path: &Path) -> Result<(), ImportError> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    if PathBuf::from(&wal).metadata().is_ok_and(|wal| wal.len() > 0) {
        return Err(ImportError::new(format!(
            "{} holds changes that are not in the database yet; stop Uptime Kuma, or copy the database with `sqlite3 kuma.db \".backup \
             copy.db\"` and import the copy",
            PathBuf::from(wal).display()
        )));
    }
    Ok(())
}

fn pairs(rows: &[Record], name: &str) -> Vec<(i64, i64)> {
    rows.iter().filter_map(|row| Some((row.id(name)?, row.id("monitor_id")?))).collect()
}

/// Opens a database only to read it. No lock is taken and no file is created beside it.
pub(super) fn open(path: &Path) -> Result<Connection, ImportError> {
    let wrong = |error: &dyn std::fmt::Display| ImportError::new(format!("{} cannot be opened: {error}", path.display()));
    let absolute = path.canonicalize().map_err(|error| wrong(&error))?;
    let mut url = Url::from_file_path(&absolute).map_err(|()| wrong(&"its path is no address"))?;
    url.set_query(Some("mode=ro&immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(url.as_str(), flags).map_err(|error| wrong(&error))?;
    connection
        .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON")
        .map_err(|error| wrong(&error))?;
    Ok(connection)
}

/// An open database.
pub(super) struct Database {
    connection: Connection,
    /// Of the texts that were read.
    bytes: usize,
}

impl Database {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, bytes: 0 }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether there is such a table, without code in it. A view could take for ever, and so could computed columns.
    pub(super) fn is_plain_table(&self, name: &str) -> rusqlite::Result<bool> {
        let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1 AND sql NOT LIKE 'CREATE VIRTUAL%'";
        let is_table: i64 = self.connection.query_row(sql, [name], |row| row.get(0))?;
        let computed: i64 =
            self.connection.query_row("SELECT count(*) FROM pragma_table_xinfo(?1) WHERE hidden <> 0", [name], |row| row.get(0))?;
        Ok(is_table > 0 && computed == 0)
    }

    /// The rows of a table. `None` if there is none, or if it is no plain table.
    fn table(&mut self, name: &str) -> rusqlite::Result<Option<Vec<Record>>> {
        if !self.is_plain_table(name)? {
            return Ok(None);
        }
        let mut statement = self.connection.prepare(&format!("SELECT * FROM \"{name}\""))?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns.len());
            for (index, column) in columns.iter().enumerate() {
                let value = match row.get_ref(index)? {
                    ValueRef::Integer(number) => Value::from(number),
                    ValueRef::Real(number) => Value::from(number),
                    ValueRef::Text(text) => {
                        self.bytes += text.len();
                        Value::from(String::from_utf8_lossy(text).into_owned())
                    }
                    ValueRef::Null | ValueRef::Blob(_) => Value::Null,
                };
                values.push((column.clone(), value));
            }
            records.push(Record::new(values));
            if records.len() > MOST_ROWS || self.bytes > MOST_BYTES {
                return Err(rusqlite::Error::InvalidParameterName(format!("the table {name} is too large")));
            }
        }
        Ok(Some(records))
    }
}
