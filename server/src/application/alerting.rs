//! Suppression and notifications.

use super::shared::Shared;
use super::{channels, gate};
use crate::config::Config;
use engine::SoftFailures;
use engine::audience::Audience;
use engine::holding::{Dependencies, Directives, Holding, Maintenance};
use notify::Registry;
use notify::dispatcher::{ChannelHealth, Parts};
use std::sync::Arc;
use storage::StoreSnapshot;
use system::tasks::Tasks;
use tokio::sync::watch;
use vault::Vault;
use yaml::LocatedError;

pub(super) struct Alerting {
    pub directives: Arc<Directives>,
    pub maintenance: Arc<Maintenance>,
    pub holding: Arc<Holding>,
    /// The recorder hands its notifications over here.
    pub audience: Arc<dyn Audience>,
    /// In the order of the configuration.
    pub channel_health: Vec<watch::Receiver<ChannelHealth>>,
}

impl Alerting {
    /// Connects the channels and starts a dispatcher for each. `store_is_away` if `loaded` lacks what the store knows. Adds a warning
    /// to the configuration for each channel that cannot be used.
    pub(super) fn start(
        config: &mut Config,
        registry: &Registry,
        vault: Option<&Vault>,
        shared: &Shared,
        loaded: &StoreSnapshot,
        store_is_away: bool,
        tasks: &mut Tasks,
    ) -> Result<Self, LocatedError> {
        let channels = channels::connect(config, registry, vault)?;
        let directives = Directives::new(loaded, shared.write_requests.clone());
        let directives = if store_is_away { directives.apart_from_those_of_a_store(shared.started) } else { directives };
        let directives = Arc::new(directives);
        let maintenance = Arc::new(Maintenance::new(config.settings.maintenance.clone(), Arc::clone(&directives)));
        let dependencies = Dependencies::new(Arc::clone(&shared.services), Arc::clone(&shared.events));
        let holding = Holding { directives: Arc::clone(&directives), maintenance: Arc::clone(&maintenance), dependencies };
        let holding = Arc::new(holding);
        let confirmations = SoftFailures {
            services: Arc::clone(&shared.services),
            events: Arc::clone(&shared.events),
            due_times: Arc::clone(&shared.due_times),
            routes: channels::routes(config),
        };
        let parts = Parts {
            channels,
            write_requests: shared.write_requests.clone(),
            clock: shared.clock.clone(),
            gate: Arc::new(gate::Suppression(Arc::clone(&holding))),
            confirmations: Arc::new(gate::SoftFailures(confirmations)),
            public_url: config.settings.public_url.clone(),
            shutdown: shared.shutdown.clone(),
        };
        let (audience, channel_health) = channels::start(config, parts, Arc::clone(&maintenance), loaded, tasks);
        Ok(Self { directives, maintenance, holding, audience, channel_health })
    }
}
