//! Entry points for `crate::fuzzing`.

use super::answer;

/// An answer of a worker, in each format.
pub(crate) fn answer(bytes: &[u8]) {
    for content_type in ["application/json", "application/x-yaml", "application/x-msgpack", "application/x-python-serialize"] {
        answer::read(content_type, bytes).ok();
    }
}
