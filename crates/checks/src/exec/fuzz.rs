//! Entry points for `crate::fuzzing`.

use super::{list, performance_data, rows, text};

/// The output of a program.
pub(crate) fn output(bytes: &[u8]) {
    if let Some(Ok(list)) = list::find(&text::decode(bytes)) {
        rows::read(list).ok();
    }
}

/// The performance data of a Nagios plugin.
pub(crate) fn performance_data(bytes: &[u8]) {
    performance_data::read(&String::from_utf8_lossy(bytes), &mut Vec::new());
}
