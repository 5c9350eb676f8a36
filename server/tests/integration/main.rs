//! All integration tests, as one program: it is linked once, and the real servers are started once.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "tests start tasks, connections and threads directly")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "some tests print what they measured")]

mod access;
mod added_plugin;
mod api;
mod authentication;
mod aws_ec2;
mod backup;
mod bad_certificates;
mod budgets;
mod celery_worker;
mod channels;
mod command_line;
mod config_show;
mod containers;
mod crash;
mod demo;
mod dns;
mod documentation;
mod events;
mod exec;
mod exhaustion;
mod files;
mod guessing;
mod heartbeat;
mod hostile_requests;
mod hostile_text;
mod import;
mod history;
mod legacy_files;
mod keys;
mod kubernetes;
mod language;
mod log;
mod looking;
mod metrics;
mod monitoring;
mod notify;
#[cfg(feature = "mongodb")]
mod mongodb;
mod page;
mod page_forms;
mod ping;
mod recurring_silences;
mod redis;
mod reload;
mod renamed;
mod rest_http;
mod reverse_proxy;
mod roles;
mod rows;
mod schedule;
mod secrecy;
mod servers;
mod service_page;
mod storage;
mod stored_data;
mod supervision;
mod store_away;
mod store_places;
mod sub_path;
mod targets;
mod tcp;
mod test_app;
mod tls;
mod validate;
mod vault;
mod waiting;
