//! Entrances for `server::fuzzing`.

use super::answer;

/// What a worker answered, in each form.
pub(crate) fn answer(bytes: &[u8]) {
    for content_type in ["application/json", "application/x-yaml", "application/x-msgpack", "application/x-python-serialize"] {
        answer::read(content_type, bytes).ok();
    }
}
