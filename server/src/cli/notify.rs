use super::configuration::Configuration;
use super::exit::{WRONG_INPUT, failed};
use super::output::{print_error, print_line, print_problem};
use crate::config::{Config, NotifyBackend};
use crate::{application, logging};
use chrono::Local;
use clap::{Args, Subcommand};
use notify::{ChannelTypes, Connected, test_notification};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::time::timeout;
use yaml::suggestion;

#[derive(Subcommand)]
pub(super) enum Notify {
    /// Send a test message.
    ///
    /// It is sent once, even if `notify` is off or the route of the channel does not match. The exit code is 0 if the receiver accepted it,
    /// 1 if not, and 2 if the configuration is wrong.
    Test(Test),
}

#[derive(Args)]
pub(super) struct Test {
    /// The channel, by its `name` in `notify_backend`, else by its `type`. May be left out when there is only one.
    #[arg(value_name = "CHANNEL")]
    channel: Option<String>,
    #[command(flatten)]
    configuration: Configuration,
}

impl Notify {
    pub(super) fn run(self) -> ExitCode {
        match self {
            Self::Test(test) => test.run(),
        }
    }
}

impl Test {
    fn run(self) -> ExitCode {
        let Some(config) = self.configuration.load() else { return ExitCode::from(WRONG_INPUT) };
        let _log = logging::start(config.settings.log_level);
        let channel = match choose(&config, self.channel.as_deref()) {
            Ok(channel) => channel,
            Err(problem) => {
                print_problem(problem);
                return ExitCode::from(WRONG_INPUT);
            }
        };
        let vault = match application::connect_vault(&config) {
            Ok(vault) => vault,
            Err(error) => {
                print_error(error);
                return ExitCode::from(WRONG_INPUT);
            }
        };
        let connected = match application::connect_channel(channel, &ChannelTypes::built_in(), vault.as_ref()) {
            Ok(connected) => Arc::from(connected),
            Err(error) => {
                print_error(error.under("notify_backend"));
                return ExitCode::from(WRONG_INPUT);
            }
        };
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return failed(&format!("cannot start the threads: {error}")),
        };
        let name = &channel.route.channel;
        print_error(format_args!("Sending to {name}…"));
        let sent = runtime.block_on(send(connected, channel));
        runtime.shutdown_background();
        match sent {
            Ok(()) => {
                print_line(format_args!("{name} accepted the message."));
                ExitCode::SUCCESS
            }
            Err(problem) => failed(&format!("{name} did not accept the message: {problem}")),
        }
    }
}

fn choose<'a>(config: &'a Config, wanted: Option<&str>) -> Result<&'a NotifyBackend, String> {
    let channels = &config.settings.notify_backends;
    let names: Vec<&str> = channels.iter().map(|channel| channel.route.channel.as_str()).collect();
    match (wanted, channels.as_slice()) {
        (_, []) => Err("there is no channel; add one to `notify_backend` in config.yaml".to_owned()),
        (None, [only]) => Ok(only),
        (None, _) => Err(format!("there are several channels; name one of them: {}", names.join(", "))),
        (Some(wanted), channels) => channels
            .iter()
            .find(|channel| channel.route.channel == wanted)
            .ok_or_else(|| format!("there is no channel `{wanted}`; {}", suggestion(wanted, &names, "channels"))),
    }
}

async fn send(channel: Arc<dyn Connected>, configured: &NotifyBackend) -> Result<(), String> {
    let delivery = test_notification(None, None, Local::now().fixed_offset());
    let limit = configured.limits.timeout;
    match timeout(limit, channel.deliver(&delivery)).await {
        Ok(taken) => taken.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", limit.as_secs_f64())),
    }
}
