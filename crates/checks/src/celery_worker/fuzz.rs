//! Entry points for `crate::fuzzing`.

use super::{answer, over_amqp};

/// An answer of a worker, in each format.
pub(crate) fn answer(bytes: &[u8]) {
    for content_type in ["application/json", "application/x-yaml", "application/x-msgpack", "application/x-python-serialize"] {
        answer::read(content_type, bytes).ok();
    }
}

/// A value in a frame of a broker. The library parses what is not nested too deeply.
pub(crate) fn frame(bytes: &[u8]) {
    if over_amqp::may_be_in_a_frame(bytes) {
        lapin::types::parsing::parse_value(bytes).ok();
    }
}
