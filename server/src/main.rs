use mimalloc::MiMalloc;
use server::cli::CommandLine;
use std::process::ExitCode;

/// Takes less time for a reload than the allocator of glibc, which also keeps most of the memory that a reload has used.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    CommandLine::read().run()
}
