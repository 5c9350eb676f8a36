//! The page of Platus, and the types on which the browser and the server agree.
//!
//! Everything here compiles twice: for the server with the feature `ssr`, for the browser with `hydrate`. Nothing here does IO of
//! its own: the server comes in through [`backend::Backend`], the browser through [`rpc`] and [`live`].

// The views of Leptos are types, one inside the other, as deep as the page.
#![recursion_limit = "256"]

pub mod model;

#[cfg(feature = "ssr")]
pub mod backend;
pub mod board;
pub mod live;
pub mod phrase;
pub mod response;
pub mod rpc;
pub mod strip;

mod app;
mod components;
mod pages;
mod shell;

#[cfg(test)]
mod samples;

pub use app::App;
pub use shell::{SiteAssets, shell};
