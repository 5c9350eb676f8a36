//! The page of Platus, and the types on which the browser and the server agree.
//!
//! Everything here compiles twice: for the server with the feature `ssr`, for the browser with `hydrate`. Nothing here does IO of
//! its own: the server comes in through [`backend::Backend`], the browser through [`rpc`] and [`live`].

pub mod model;
#[cfg(feature = "ssr")]
pub mod backend;
