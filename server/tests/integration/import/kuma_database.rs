//! Databases as Uptime Kuma makes them, by the schema that its migrations document. No Uptime Kuma runs here: the tables have the columns
//! that `platus import` reads, with their types and defaults, and some of the others.

use rusqlite::Connection;
use std::path::Path;

/// The tables of version 1.23.
const VERSION_1: &str = "
CREATE TABLE monitor (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(150), active BOOLEAN DEFAULT 1 NOT NULL, user_id INTEGER,
    interval INTEGER DEFAULT 20 NOT NULL, url TEXT, type VARCHAR(20), weight INTEGER DEFAULT 2000, hostname VARCHAR(255), port INTEGER,
    keyword VARCHAR(255), maxretries INTEGER NOT NULL DEFAULT 0, ignore_tls BOOLEAN DEFAULT 0 NOT NULL,
    upside_down BOOLEAN DEFAULT 0 NOT NULL, maxredirects INTEGER DEFAULT 10 NOT NULL,
    accepted_statuscodes_json TEXT DEFAULT '[\"200-299\"]' NOT NULL, dns_resolve_type VARCHAR(5), dns_resolve_server VARCHAR(255),
    retry_interval INTEGER DEFAULT 0 NOT NULL, push_token VARCHAR(20), method TEXT DEFAULT 'GET' NOT NULL, body TEXT, headers TEXT,
    basic_auth_user TEXT, basic_auth_pass TEXT, docker_host INTEGER, docker_container VARCHAR(255), proxy_id INTEGER,
    expiry_notification BOOLEAN DEFAULT 1, database_connection_string VARCHAR(2000), database_query TEXT, auth_method VARCHAR(250),
    resend_interval INTEGER DEFAULT 0 NOT NULL, packet_size INTEGER DEFAULT 56 NOT NULL, http_body_encoding VARCHAR(25),
    tls_ca TEXT, tls_cert TEXT, tls_key TEXT, parent INTEGER, invert_keyword BOOLEAN DEFAULT 0 NOT NULL, json_path TEXT,
    expected_value VARCHAR(255), timeout DOUBLE DEFAULT 0 NOT NULL
);
CREATE TABLE notification (id INTEGER PRIMARY KEY, name VARCHAR(255), config VARCHAR(255), active BOOLEAN DEFAULT 1 NOT NULL, user_id INTEGER, is_default BOOLEAN DEFAULT 0 NOT NULL);
CREATE TABLE monitor_notification (id INTEGER PRIMARY KEY, monitor_id INTEGER, notification_id INTEGER);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name VARCHAR(255), color VARCHAR(255));
CREATE TABLE monitor_tag (id INTEGER PRIMARY KEY, monitor_id INTEGER, tag_id INTEGER, value TEXT);
CREATE TABLE proxy (id INTEGER PRIMARY KEY, protocol VARCHAR(10), host VARCHAR(255), port SMALLINT, auth BOOLEAN, username VARCHAR(255), password VARCHAR(255), active BOOLEAN DEFAULT 1);
CREATE TABLE maintenance (
    id INTEGER PRIMARY KEY, title VARCHAR(150), description TEXT, active BOOLEAN DEFAULT 1, strategy VARCHAR(50) DEFAULT 'single',
    start_date DATETIME, end_date DATETIME, start_time TIME, end_time TIME, weekdays VARCHAR(250) DEFAULT '[]', days_of_month TEXT DEFAULT '[]',
    interval_day INTEGER, cron TEXT, timezone VARCHAR(255), duration INTEGER
);
CREATE TABLE monitor_maintenance (id INTEGER PRIMARY KEY, monitor_id INTEGER, maintenance_id INTEGER);
CREATE TABLE user (id INTEGER PRIMARY KEY, username VARCHAR(255), password VARCHAR(255), active BOOLEAN DEFAULT 1);
CREATE TABLE status_page (id INTEGER PRIMARY KEY, slug VARCHAR(255), title VARCHAR(255));
CREATE TABLE setting (id INTEGER PRIMARY KEY, key VARCHAR(200), value TEXT, type VARCHAR(20));
CREATE TABLE heartbeat (id INTEGER PRIMARY KEY, monitor_id INTEGER, status SMALLINT, msg TEXT, time DATETIME, ping INTEGER);
";

/// What version 2 adds to them.
const VERSION_2: &str = "
ALTER TABLE monitor ADD json_path_operator VARCHAR(255);
ALTER TABLE monitor ADD conditions TEXT DEFAULT '[]' NOT NULL;
ALTER TABLE monitor ADD ping_count INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE monitor ADD smtp_security VARCHAR(255);
ALTER TABLE monitor ADD ip_family VARCHAR(4);
";

/// Versions with different schemas.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

/// Makes a database with these rows.
pub(super) fn create(path: &Path, version: Version, rows: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(VERSION_1).unwrap();
    if version == Version::Two {
        connection.execute_batch(VERSION_2).unwrap();
    }
    connection.execute_batch(rows).unwrap();
}
