//! The keys of a service of this type in `services.yaml`.

use aws_sdk_ec2::types::InstanceStateName;
use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;
use yaml::{InvalidSetting, Secret};

/// How to reach AWS, and the credentials.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// The region, for example `eu-west-1`. Default: that of the environment, the profile or the instance metadata.
    region: Option<String>,
    /// The id of an access key. Default: credentials are searched as by AWS's own tools: in the environment, the profile, a web
    /// identity, a container, and the instance metadata.
    access_key: Option<Secret>,
    /// The secret of `access_key`.
    secret_key: Option<Secret>,
    /// The token of a temporary `access_key`.
    session_token: Option<Secret>,
    /// A profile in the AWS files of the user who runs Platus; its role is assumed if it has one. Excludes `access_key`. Default:
    /// that of the environment, else `default`.
    profile: Option<String>,
    /// Another address than that of AWS, for example `http://localhost:5000`. Both are reached through the proxy in the
    /// environment variables `HTTPS_PROXY` or `HTTP_PROXY`, as by AWS's own tools.
    endpoint_url: Option<String>,
    /// Whether the certificate of AWS is verified. Default: `true`.
    verify: Option<bool>,
    /// Authorities in PEM that are trusted for this service, in addition to those of the system, for a proxy that intercepts TLS
    /// or for an `endpoint_url` of your own. Default: those in the file of the environment variable `AWS_CA_BUNDLE`, as in AWS's
    /// own tools.
    ca: Option<String>,
    /// Timeout of the whole check in seconds, fractions allowed. Default: 30. The `timeout` of the service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// Which instances to check. Without `ec2_instance_ids` and `ec2_filters` these are all instances of the region.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// The ids of instances, at most 5000. An id that AWS does not know has a row that says so; the others are checked anyway.
    /// Default: all instances that match `ec2_filters`.
    pub(super) ec2_instance_ids: Option<Vec<String>>,
    /// Filters of EC2, each with a `Name` and a list of `Values`; an instance must match all of them. At most 5000 instances have
    /// a row. Default: all instances.
    pub(super) ec2_filters: Option<Vec<Filter>>,
    /// Instances in these states have no row. In other states than `running`, instances are down. Default: none.
    ignore_states: Option<Vec<InstanceState>>,
    /// Whether finding no instance is normal, as in a group that scales to zero. `true`: the one row of the service is
    /// `operational`, and earlier instances count as removed. `false`: it is `unknown`, since a wrong filter or region looks the
    /// same, and incidents of earlier instances continue. Either way the row says what was searched. Default: `false`.
    #[serde(default)]
    pub(super) allow_empty: bool,
}

/// A filter of EC2.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// The attribute to compare, for example `tag:Environment`.
    #[serde(rename = "Name")]
    pub(super) name: String,
    /// The values, one of which must match; `*` and `?` are wildcards.
    #[serde(rename = "Values")]
    pub(super) values: Vec<String>,
}

/// A state of an instance, as EC2 names it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum InstanceState {
    Pending,
    Running,
    ShuttingDown,
    Stopping,
    Stopped,
    Terminated,
}

/// An access key in the properties.
pub(super) struct Keys<'a> {
    pub(super) id: &'a str,
    pub(super) secret: &'a str,
    pub(super) token: Option<&'a str>,
}

/// An empty string in the file means the same as an absent key, as in the original.
impl Properties {
    pub(super) fn region(&self) -> Option<&str> {
        filled(self.region.as_deref())
    }

    pub(super) fn verify(&self) -> bool {
        self.verify.unwrap_or(true)
    }

    pub(super) fn ca(&self) -> Option<&str> {
        filled(self.ca.as_deref())
    }

    pub(super) fn profile(&self) -> Option<&str> {
        filled(self.profile.as_deref())
    }

    pub(super) fn keys(&self) -> Result<Option<Keys<'_>>, InvalidSetting> {
        let token = exposed(&self.session_token);
        match (exposed(&self.access_key), exposed(&self.secret_key)) {
            (Some(_), Some(_)) if self.profile().is_some() => {
                Err(InvalidSetting::new("`profile` and `access_key` cannot both be given; take one of them away"))
            }
            (Some(id), Some(secret)) => Ok(Some(Keys { id, secret, token })),
            (Some(_), None) => Err(InvalidSetting::new("`access_key` needs a `secret_key`")),
            (None, Some(_)) => Err(InvalidSetting::new("`secret_key` needs an `access_key`")),
            (None, None) if token.is_some() => Err(InvalidSetting::new("`session_token` needs an `access_key` and a `secret_key`")),
            (None, None) => Ok(None),
        }
    }

    pub(super) fn endpoint_url(&self) -> Result<Option<Url>, InvalidSetting> {
        let Some(text) = filled(self.endpoint_url.as_deref()) else { return Ok(None) };
        // The text is not repeated, for it may hold a password that does not belong there.
        let wrong = || InvalidSetting::new("`endpoint_url` must be an address such as `http://localhost:5000`");
        let url = Url::parse(text).map_err(|_| wrong())?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        if matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain { Ok(Some(url)) } else { Err(wrong()) }
    }
}

impl Data {
    pub(super) fn ignored_states(&self) -> Vec<InstanceStateName> {
        self.ignore_states.iter().flatten().map(|state| InstanceStateName::from(*state)).collect()
    }
}

impl From<InstanceState> for InstanceStateName {
    fn from(state: InstanceState) -> Self {
        match state {
            InstanceState::Pending => Self::Pending,
            InstanceState::Running => Self::Running,
            InstanceState::ShuttingDown => Self::ShuttingDown,
            InstanceState::Stopping => Self::Stopping,
            InstanceState::Stopped => Self::Stopped,
            InstanceState::Terminated => Self::Terminated,
        }
    }
}

fn exposed(secret: &Option<Secret>) -> Option<&str> {
    filled(secret.as_ref().map(Secret::expose))
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
