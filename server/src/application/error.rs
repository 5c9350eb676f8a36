use std::io;
use std::net::SocketAddr;
use storage::writer;
use yaml::LocatedError;

/// Why Platus did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "cannot listen on {address}: {source}. Is another Platus running? Give another address with --listen, PLATUS_LISTEN or \
         the key `listen`"
    )]
    Listen { address: SocketAddr, source: io::Error },
    /// The clock of the machine shows a time that cannot be written.
    #[error("{0}")]
    Clock(String),
    /// The configuration of the TLS certificate, of Vault, of a channel template or of the store cannot be used, which only the start finds.
    #[error(transparent)]
    Configuration(#[from] LocatedError),
    #[error(transparent)]
    Store(#[from] writer::StartError),
    /// A secret that the store needs cannot be read from Vault.
    #[error("{0}")]
    Secret(LocatedError),
}
