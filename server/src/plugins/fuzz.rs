//! Entrances for `crate::fuzzing`.

#[cfg(feature = "celery")]
pub(crate) use super::celery_worker::fuzz::answer as worker_answer;
pub(crate) use super::exec::fuzz::{output, performance_data};
pub(crate) use super::rest_http::fuzz::{answer as http_answer, json, pattern};
