//! Connections with MongoDB servers, for the check and for the store.

mod address;
mod client_tls;
mod guard;
mod tls_mode;

pub use address::{Address, host_of};
pub use client_tls::ClientTls;
#[cfg(test)]
pub(crate) use guard::fuzz;
pub use guard::{Failure, Guard, Refusal, Route};
pub use tls_mode::{TlsMode, TlsOffer, ask_for_tls};
