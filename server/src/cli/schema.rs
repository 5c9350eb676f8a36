use super::output::print_line;
use crate::schema::{self, SchemaFile};
use clap::{Args, ValueEnum};
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Schema {
    /// The file that the schema describes.
    #[arg(value_enum)]
    file: File,
}

#[derive(Clone, Copy, ValueEnum)]
enum File {
    /// services.yaml
    Services,
    /// users.yaml
    Users,
    /// config.yaml
    Config,
}

impl Schema {
    pub(super) fn run(self) -> ExitCode {
        let file = match self.file {
            File::Services => SchemaFile::Services,
            File::Users => SchemaFile::Users,
            File::Config => SchemaFile::Config,
        };
        print_line(schema::text(file).trim_end());
        ExitCode::SUCCESS
    }
}
