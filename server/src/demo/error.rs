use crate::application::StartError;
use crate::backfill::BackfillError;
use crate::config::ConfigError;
use std::io;
use storage::StoreError;

/// Why the demo cannot start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the demo cannot write its temporary folder: {0}. Set TMPDIR to a folder with some megabytes of space")]
    Folder(io::Error),
    #[error("the demo cannot open its ports on the loopback interface: {0}")]
    Targets(io::Error),
    #[error("the configuration of the demo is wrong: {0}")]
    Configuration(#[from] ConfigError),
    #[error("the demo cannot write its history: {0}")]
    Store(#[from] StoreError),
    #[error("the demo cannot write its history: {0}")]
    History(#[from] BackfillError),
    #[error(transparent)]
    Start(Box<StartError>),
}

impl From<StartError> for DemoError {
    fn from(error: StartError) -> Self {
        Self::Start(Box::new(error))
    }
}
