//! Suppression and notifications.

use super::channel_connection::routes;
use super::channels;
use super::current_channels::CurrentChannels;
use super::gate;
use super::shared::Shared;
use crate::config::Config;
use engine::SoftFailures;
use engine::alert_sink::AlertSink;
use engine::suppression::{Dependencies, Maintenance, Silences, SuppressionRules};
use notify::ChannelTypes;
use notify::dispatcher::Parts;
use std::sync::Arc;
use storage::StoreSnapshot;
use system::current::Current;
use system::tasks::Tasks;
use vault::Vault;
use yaml::LocatedError;

pub(super) struct Alerting {
    pub current_channels: CurrentChannels,
    pub silences: Arc<Silences>,
    pub maintenance: Arc<Maintenance>,
    pub suppression: Arc<SuppressionRules>,
    /// The recorder hands its notifications over here.
    pub alert_sink: Arc<dyn AlertSink>,
}

impl Alerting {
    /// Connects the channels and starts a dispatcher for each. `store_is_away` if `loaded` lacks what the store knows. Adds a warning
    /// to the configuration for each channel that cannot be used.
    pub(super) fn start(
        config: &mut Config,
        channel_types: &ChannelTypes,
        vault: Option<&Vault>,
        shared: &Shared,
        loaded: &StoreSnapshot,
        store_is_away: bool,
        tasks: &Tasks,
    ) -> Result<Self, LocatedError> {
        let channels = channels::connect(config, channel_types, vault)?;
        let routes = Arc::new(Current::new(routes(config).into()));
        let silences = Silences::new(loaded, shared.write_requests.clone());
        let silences = if store_is_away { silences.numbered_from(shared.started) } else { silences };
        let silences = Arc::new(silences);
        let maintenance = Arc::new(Maintenance::new(config.settings.maintenance.clone(), Arc::clone(&silences)));
        let dependencies = Dependencies::new(Arc::clone(&shared.services), Arc::clone(&shared.events));
        let suppression = SuppressionRules { silences: Arc::clone(&silences), maintenance: Arc::clone(&maintenance), dependencies };
        let suppression = Arc::new(suppression);
        let confirmations = SoftFailures {
            services: Arc::clone(&shared.services),
            events: Arc::clone(&shared.events),
            due_times: Arc::clone(&shared.due_times),
            routes: Arc::clone(&routes),
        };
        let parts = Parts {
            write_requests: shared.write_requests.clone(),
            clock: shared.clock.clone(),
            suppression: Arc::new(gate::Suppression(Arc::clone(&suppression))),
            confirmations: Arc::new(gate::SoftFailures(confirmations)),
            public_url: config.settings.public_url.clone(),
            shutdown: shared.shutdown.clone(),
        };
        let current_channels = channels::start(config, channels, routes, parts, loaded, tasks);
        let alert_sink = channels::alert_sink(&current_channels, Arc::clone(&maintenance));
        Ok(Self { current_channels, silences, maintenance, suppression, alert_sink })
    }
}
