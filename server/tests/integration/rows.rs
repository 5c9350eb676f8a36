//! Which rows there are: whatever a check answers first, later, after a flush and after a restart, each surface has the rows of that
//! answer, none besides, and none missing.

mod board;
#[cfg(feature = "mongodb")]
mod check_types;
mod closing;
#[cfg(feature = "mongodb")]
mod legacy;
mod scripted;
mod stores;
