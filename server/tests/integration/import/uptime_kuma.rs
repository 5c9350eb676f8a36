//! Databases and backups of Uptime Kuma.

use super::import;
use super::kuma_database::{Version, create};
use crate::targets::OddServer;
use rusqlite::Connection;
use serde_json::json;
use std::fs;

const ROWS: &str = r#"
INSERT INTO user (id, username, password) VALUES (1, 'anna', '$2a$10$MARKER');
INSERT INTO setting (key, value) VALUES ('serverTimezone', '"Europe/Berlin"');
INSERT INTO proxy (id, protocol, host, port, auth, username, password) VALUES (1, 'http', 'proxy.example.org', 3128, 1, 'p', 'MARKER-proxy');
INSERT INTO monitor (id, name, type, interval) VALUES (1, 'Shop', 'group', 60);
INSERT INTO monitor (id, name, type, url, interval, parent, maxretries, retry_interval, resend_interval, accepted_statuscodes_json, headers, basic_auth_user, basic_auth_pass, auth_method, timeout, proxy_id, expiry_notification)
    VALUES (2, 'Front end', 'http', 'https://shop.example.org/health?x=1', 60, 1, 2, 20, 10, '["200-299","404"]', '{"X-Probe": "kuma ${x}"}', 'bob', 'MARKER-basic', 'basic', 48, 1, 0);
INSERT INTO monitor (id, name, type, url, keyword, ignore_tls) VALUES (3, 'Words', 'keyword', 'https://words.example.org', '"status":"ok"', 1);
INSERT INTO monitor (id, name, type, url, keyword, invert_keyword, expiry_notification) VALUES (4, 'No errors', 'keyword', 'http://words.example.org', 'error.', 1, 0);
INSERT INTO monitor (id, name, type, url, json_path, expected_value, method, body, http_body_encoding, expiry_notification)
    VALUES (5, 'Query', 'json-query', 'https://api.example.org', 'data[0].id', '7', 'POST', '{"q": 1}', 'json', 0);
INSERT INTO monitor (id, name, type, hostname, port) VALUES (6, 'Database', 'port', 'db.example.org', 5432);
INSERT INTO monitor (id, name, type, hostname) VALUES (7, 'Gateway', 'ping', '192.0.2.1');
INSERT INTO monitor (id, name, type, hostname, dns_resolve_server, dns_resolve_type, port) VALUES (8, 'Zone', 'dns', 'example.org', '192.0.2.53', 'MX', 53);
INSERT INTO monitor (id, name, type, push_token, interval) VALUES (9, 'Backup', 'push', 'MARKERpush0123456789', 3600);
INSERT INTO monitor (id, name, type, docker_container) VALUES (10, 'Container', 'docker', 'web');
INSERT INTO monitor (id, name, type, database_connection_string) VALUES (11, 'Documents', 'mongodb', 'mongodb://m:MARKER-mongo@a.example.org:27017,b.example.org/admin?replicaSet=rs0&authSource=admin');
INSERT INTO monitor (id, name, type, database_connection_string) VALUES (12, 'Cache', 'redis', 'rediss://:MARKER-redis@cache.example.org:6380/2');
INSERT INTO monitor (id, name, type, url, upside_down) VALUES (13, 'Closed', 'http', 'http://closed.example.org', 1);
INSERT INTO monitor (id, name, type, url, active, expiry_notification) VALUES (14, 'Paused', 'http', 'https://paused.example.org', 0, 0);
INSERT INTO tag (id, name, color) VALUES (1, 'tier', '#fff'), (2, 'public', '#000');
INSERT INTO monitor_tag (monitor_id, tag_id, value) VALUES (2, 1, '1'), (2, 2, '');
INSERT INTO notification (id, name, config) VALUES
    (1, 'Team chat', '{"type": "slack", "slackwebhookURL": "https://hooks.example.com/services/MARKER-hook"}'),
    (2, 'Night', '{"type": "ntfy", "ntfyserverurl": "https://ntfy.example.org", "ntfytopic": "MARKER-topic", "ntfyAuthenticationMethod": "none"}'),
    (3, 'SMS', '{"type": "clicksendsms"}'),
    (4, 'Mail', '{"type": "smtp", "smtpHost": "mail.example.org", "smtpPort": 465, "smtpSecure": true, "smtpFrom": "kuma@example.org", "smtpTo": "ops@example.org"}');
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (2, 1), (3, 1), (2, 2), (6, 4);
INSERT INTO maintenance (id, title, strategy, start_time, end_time, weekdays, timezone) VALUES (1, 'Weekly', 'recurring-weekday', '23:00', '01:00', '[0, 3]', 'SAME_AS_SERVER');
INSERT INTO maintenance (id, title, strategy, start_date, end_date, timezone) VALUES (2, 'Move', 'single', '2027-01-02 18:00:00', '2027-01-03 06:00:00', 'UTC');
INSERT INTO maintenance (id, title, strategy, cron, duration, timezone) VALUES (3, 'Cron', 'cron', '30 3 * * *', 3600, 'UTC');
INSERT INTO maintenance (id, title, strategy, start_time, end_time, days_of_month, timezone) VALUES (4, 'Monthly', 'recurring-day-of-month', '02:00:00', '03:30:00', '["1","15"]', 'UTC');
INSERT INTO maintenance (id, title, strategy) VALUES (5, 'By hand', 'manual');
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (1, 1), (6, 2), (7, 3), (8, 4), (8, 5);
INSERT INTO status_page (slug, title) VALUES ('public', 'Public');
"#;

#[test]
fn monitors_notifications_and_maintenances_of_version_1_are_carried_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kuma.db");
    create(&file, Version::One, ROWS);
    let before = fs::read(&file).unwrap();
    let imported = import(&["uptime-kuma", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(1), "{}", imported.said);
    assert!(!imported.said.contains("MARKER"), "{}", imported.said);
    imported.assert_valid(&[]);
    insta::assert_snapshot!("kuma_services", imported.text("services.yaml"));
    insta::assert_snapshot!("kuma_config", imported.text("config.yaml"));
    insta::assert_snapshot!("kuma_users", imported.text("users.yaml"));
    insta::assert_snapshot!("kuma_summary", imported.said());
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no file was made beside the database");
}

#[test]
fn columns_of_version_2_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kuma.db");
    let rows = "INSERT INTO monitor (name, type, url, json_path, expected_value, json_path_operator, expiry_notification)
            VALUES ('Queue', 'json-query', 'http://a.example.org', '$.queue.length', '10', '<', 0);
        INSERT INTO monitor (name, type, hostname, ping_count) VALUES ('Ping', 'ping', 'a.example.org', 3);
        INSERT INTO monitor (name, type, hostname, dns_resolve_type, dns_resolve_server, conditions)
            VALUES ('Names', 'dns', 'example.org', 'A', '192.0.2.1,192.0.2.2', '[]');";
    create(&file, Version::Two, rows);
    let imported = import(&["uptime-kuma", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{}", imported.said);
    imported.assert_valid(&[]);
    let services = imported.text("services.yaml");
    for part in ["'$.queue.length':\n        less_than: 10\n", "count: 3\n", "server: ['192.0.2.1:53', '192.0.2.2:53']"] {
        assert!(services.contains(part), "{part}: {services}");
    }
}

#[test]
fn a_database_with_changes_outside_of_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kuma.db");
    create(&file, Version::One, "");
    let running = Connection::open(&file).unwrap();
    running.execute_batch("PRAGMA journal_mode = WAL; INSERT INTO monitor (name, type) VALUES ('a', 'ping')").unwrap();
    let imported = import(&["uptime-kuma", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(2));
    assert!(imported.said.contains("stop Uptime Kuma"), "{}", imported.said);
}

#[test]
fn a_backup_is_read_like_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.json");
    let backup = json!({
        "version": "1.18.5",
        "notificationList": [{"id": 1, "name": "Chat", "active": true, "isDefault": false,
            "config": "{\"type\": \"discord\", \"discordWebhookUrl\": \"https://discord.example.com/api/webhooks/1/MARKER\"}"}],
        "monitorList": [
            {"id": 3, "name": "Web", "type": "http", "url": "https://a.example.org", "method": "GET", "interval": 30, "retryInterval": 10,
             "maxretries": 1, "active": true, "accepted_statuscodes": ["200-299"], "maxredirects": 10, "ignoreTls": false,
             "upsideDown": false, "notificationIDList": {"1": true}, "tags": [{"tag_id": 1, "name": "tier", "value": "1"}]},
            {"id": 4, "name": "Job", "type": "push", "pushToken": "abcdefghij0123456789", "interval": 60, "active": 1, "maxretries": 0}
        ],
        "proxyList": []
    });
    fs::write(&file, backup.to_string()).unwrap();
    let imported = import(&["uptime-kuma", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(1), "{}", imported.said);
    assert!(imported.said.contains("heartbeat") && !imported.said.contains("MARKER"), "{}", imported.said);
    imported.assert_valid(&[]);
    let (services, config) = (imported.text("services.yaml"), imported.text("config.yaml"));
    for part in ["retry_interval: 10\n", "retries_before_notify: 2\n", "tags: ['tier: 1']\n", "token: abcdefghij0123456789\n"] {
        assert!(services.contains(part), "{part}: {services}");
    }
    assert!(config.contains("type: discord\n") && config.contains("services: [web]\n"), "{config}");
}

#[test]
fn imported_monitors_find_what_uptime_kuma_finds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kuma.db");
    let body = r#"{"status" : "ok", "n": [{"id": 7}]}"#;
    let json = OddServer::answering(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
    let gone = OddServer::answering("HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n");
    let (json, gone) = (json.address, gone.address);
    let rows = format!(
        "INSERT INTO monitor (name, type, url, accepted_statuscodes_json) VALUES
            ('accepted', 'http', 'http://{gone}', '[\"200-299\",\"404\"]'), ('refused', 'http', 'http://{gone}', '[\"200-299\"]');
         INSERT INTO monitor (name, type, url, keyword, invert_keyword) VALUES
            ('found', 'keyword', 'http://{json}', '\"status\":\"ok\"', 0), ('not found', 'keyword', 'http://{json}', 'missing', 0),
            ('absent', 'keyword', 'http://{json}', 'missing', 1), ('not absent', 'keyword', 'http://{json}', 'status', 1);
         INSERT INTO monitor (name, type, url, json_path, expected_value) VALUES
            ('equal', 'json-query', 'http://{json}', 'n[0].id', '7'), ('unequal', 'json-query', 'http://{json}', 'status', 'no');
         INSERT INTO monitor (name, type, hostname, port) VALUES ('port', 'port', '127.0.0.1', {}), ('closed', 'port', '127.0.0.1', 9);",
        json.port()
    );
    create(&file, Version::One, &rows);
    let imported = import(&["uptime-kuma", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{}", imported.said);
    for (id, state) in imported.states() {
        let is_up = matches!(id.as_str(), "accepted" | "found" | "absent" | "equal" | "port");
        assert_eq!(state == "operational", is_up, "{id}: {state}");
    }
}
