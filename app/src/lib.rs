//! The page of Platus, and the types that the browser and the server share.
//!
//! Everything here is compiled twice: for the server with the feature `ssr`, for the browser with `hydrate`. Nothing here does IO:
//! the server is reached through [`backend::Backend`], the browser through [`rpc`] and [`live`].

// The views of Leptos are types, one inside the other, as deep as the page.
#![recursion_limit = "256"]

pub mod model;

#[cfg(feature = "ssr")]
pub mod backend;
pub mod address;
pub mod base_path;
pub mod board;
pub mod chart;
pub mod format;
pub mod forms;
pub mod incidents;
pub mod language;
pub mod live;
pub mod palette;
pub mod response;
pub mod rpc;
pub mod silences;
pub mod times;
pub mod uptime_bar;
pub mod wall;

mod app;
mod components;
mod deferred;
mod erased;
mod pages;
mod resources;
mod shell;
mod site;
mod texts;

#[cfg(test)]
mod samples;

pub use app::App;
pub use shell::shell;
pub use site::SiteAssets;
