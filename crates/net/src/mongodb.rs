//! Addresses and TLS of MongoDB servers, for the check and for the store.

mod address;
mod tls_files;
mod tls_mode;

pub use address::{Address, host_of};
pub use tls_files::TlsFiles;
pub use tls_mode::{TlsMode, TlsOffer, ask_for_tls};
