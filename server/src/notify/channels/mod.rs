//! The channels, one file each.

use super::registry::channels;

channels! {}
