//! `platus demo`.

use super::output::print_line;
use super::serve::{ServeError, run};
use crate::config::LogLevel;
use crate::demo::Demo as Running;
use clap::Args;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;
use yaml::LocatedError;

/// Only this machine reaches it, because everyone knows its passwords.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 5001);

#[derive(Args)]
pub(super) struct Demo {
    /// Where to listen, as ADDRESS:PORT. The passwords of the demo are known: give another address than a loopback address only in a
    /// network that you trust.
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = DEFAULT_LISTEN)]
    listen: SocketAddr,
}

impl Demo {
    pub(super) fn run(self) -> ExitCode {
        run(LogLevel::Error, LocatedError::to_string, async |stop, _| demo(self.listen, stop).await)
    }
}

async fn demo(listen: SocketAddr, stop: CancellationToken) -> Result<(), ServeError> {
    let started = stop.run_until_cancelled(Running::start(listen, stop.clone())).await;
    let Some(running) = started.transpose()? else { return Ok(()) };
    print_line(format_args!(
        "Platus demo: http://{}/\n\
         Log in as admin, operator or viewer; the password is the name.\n\
         All services and data are invented, and are deleted at the end. Ctrl-C ends the demo.",
        running.address()
    ));
    if !listen.ip().is_loopback() {
        print_line("Everyone who reaches this address can log in: the passwords are known.");
    }
    Ok(running.run_until(stop).await?)
}
