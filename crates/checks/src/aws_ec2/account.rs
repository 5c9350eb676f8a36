//! The AWS account, and its client.

use super::addresses::Addresses;
use super::answer_limit::AnswerLimit;
use super::failure::Failure;
use super::http_client::{self, Trust};
use super::properties::Properties;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::config::retry::RetryConfig;
use aws_sdk_ec2::config::timeout::TimeoutConfig;
use aws_sdk_ec2::config::{Builder, Credentials, ProvideCredentials, SharedHttpClient};
use model::Route;
use reqwest::Url;
use std::sync::Arc;
use std::time::Duration;
use system::environment::process_environment;
use tokio::sync::Mutex;
use yaml::InvalidSetting;

/// Number of attempts: AWS throttles busy accounts at times, and connections may break.
const TRIES: u32 = 3;

/// Replaces the SDK's message, which lists everything that was tried.
const NO_CREDENTIALS: &str = "no credentials in the environment, in a profile, or in the instance metadata; give `access_key` and \
    `secret_key`, or a `profile`, or a role to the machine";

/// Maximum time to connect.
const CONNECT: Duration = Duration::from_secs(3);

/// An AWS account in one region.
pub(super) struct Account {
    access: Access,
    region: Option<String>,
    endpoint_url: Option<Url>,
    trust: Trust,
    addresses: Arc<Addresses>,
    timeout: Duration,
    /// Created by the first check, since loading credentials reads files and may use the network. The client renews credentials
    /// that expire.
    kept: Mutex<Option<Connection>>,
}

/// The source of the credentials.
enum Access {
    Keys(Credentials),
    Profile(String),
    /// The default chain of AWS's own tools.
    Found,
}

/// A client with its connections; copies share them.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) client: Client,
    /// The server, for messages.
    pub(super) server: String,
    pub(super) region: String,
}

impl Account {
    /// `timeout` is that of the whole check.
    pub(super) fn new(properties: &Properties, timeout: Duration) -> Result<Self, InvalidSetting> {
        let access = match (properties.keys()?, properties.profile()) {
            (Some(keys), _) => {
                Access::Keys(Credentials::new(keys.id, keys.secret, keys.token.map(str::to_owned), None, "services.yaml"))
            }
            (None, Some(profile)) => Access::Profile(profile.to_owned()),
            (None, None) => Access::Found,
        };
        Ok(Self {
            access,
            region: properties.region().map(str::to_owned),
            endpoint_url: properties.endpoint_url()?,
            trust: Trust::new(properties.verify(), properties.ca(), process_environment(http_client::BUNDLE))?,
            addresses: Arc::default(),
            timeout,
            kept: Mutex::default(),
        })
    }

    /// The kept connection, else a new one. Fails without credentials.
    pub(super) async fn connection(&self) -> Result<Connection, Failure> {
        let mut kept = self.kept.lock().await;
        match &*kept {
            Some(connection) => Ok(connection.clone()),
            None => Ok(kept.insert(self.connect().await?).clone()),
        }
    }

    /// How AWS was reached since the last call, if that is notable.
    pub(super) fn take_route(&self) -> Route {
        self.addresses.take_route()
    }

    /// Discards the connection, so that the next check loads the credentials again.
    pub(super) async fn forget(&self) {
        *self.kept.lock().await = None;
    }

    async fn connect(&self) -> Result<Connection, Failure> {
        let connect = CONNECT.min(self.timeout / 2);
        let http_client = self.trust.client(connect, &self.addresses).await?;
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http_client.clone())
            .retry_config(self.retries())
            .timeout_config(TimeoutConfig::builder().connect_timeout(connect).build());
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(url) = &self.endpoint_url {
            loader = loader.endpoint_url(url.as_str());
        }
        loader = match &self.access {
            Access::Keys(keys) => loader.credentials_provider(keys.clone()),
            Access::Profile(name) => loader.profile_name(name).credentials_provider(self.profile(name, http_client)),
            Access::Found => loader,
        };
        let config = loader.load().await;
        let Some(region) = config.region().map(ToString::to_string) else {
            return Err(Failure::new("no region: give `region`, for example `eu-west-1`"));
        };
        let server = match &self.endpoint_url {
            Some(url) => format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default()),
            None => format!("EC2 in {region}"),
        };
        if let Some(provider) = config.credentials_provider() {
            // Loaded here, so that missing credentials are reported as such, not as a failed request.
            provider.provide_credentials().await.map_err(|error| match (&self.access, error) {
                (Access::Found, CredentialsError::CredentialsNotLoaded(_)) => Failure::new(NO_CREDENTIALS),
                (_, error) => Failure::credentials(&error),
            })?;
        }
        let config = Builder::from(&config).interceptor(AnswerLimit).build();
        Ok(Connection { client: Client::from_conf(config), server, region })
    }

    /// Without this the keys of the environment would take precedence over the configured profile.
    fn profile(&self, name: &str, http_client: SharedHttpClient) -> ProfileFileCredentialsProvider {
        let config = ProviderConfig::default().with_region(self.region.clone().map(Region::new)).with_http_client(http_client);
        ProfileFileCredentialsProvider::builder().configure(&config).profile_name(name).build()
    }

    /// The pauses between attempts take at most a third of the timeout, so that the error of AWS is reported, not the timeout.
    fn retries(&self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(TRIES)
            .with_initial_backoff((self.timeout / 10).min(Duration::from_secs(1)))
            .with_max_backoff(self.timeout / 5)
    }
}
