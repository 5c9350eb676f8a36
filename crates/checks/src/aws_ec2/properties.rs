//! What `services.yaml` may say about a service of this type.

use aws_sdk_ec2::types::InstanceStateName;
use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;
use yaml::{InvalidSetting, Secret};

/// How to reach AWS, and as whom.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// The region, for example `eu-west-1`. When absent, the one that the environment, the profile or the instance metadata names.
    region: Option<String>,
    /// The id of an access key. When absent, credentials are looked for as AWS's own tools do: in the environment, in the profile, from
    /// a web identity or a container, and at last in the instance metadata.
    access_key: Option<Secret>,
    /// The secret of `access_key`.
    secret_key: Option<Secret>,
    /// The token of `access_key`, if that is a temporary one.
    session_token: Option<Secret>,
    /// A profile of the AWS files of the user who runs Platus; its role is assumed if it has one. It cannot be given together with
    /// `access_key`. When absent, the one that the environment names, else `default`.
    profile: Option<String>,
    /// Another address than that of AWS, for example `http://localhost:5000`. Either is reached through the proxy that the environment
    /// names in `HTTPS_PROXY` or `HTTP_PROXY`, as AWS's own tools do.
    endpoint_url: Option<String>,
    /// Whether the certificate of AWS is verified; `true` when absent.
    verify: Option<bool>,
    /// Authorities in PEM that are trusted for this service, besides those of the system; for a proxy that breaks TLS open, or an
    /// `endpoint_url` of your own. When absent, those in the file that the environment names in `AWS_CA_BUNDLE`, as AWS's own tools do.
    ca: Option<String>,
    /// Seconds for the whole check, fractions allowed; 30 when absent. The `timeout` of the service wins over it.
    // The house reads it and hands it on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// Which instances to look at. Without `ec2_instance_ids` and `ec2_filters` these are all instances of the region.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// The ids of instances, at most 5000; all that match `ec2_filters` when absent or empty. An id that AWS does not know has a row
    /// that says so, and the others are looked at all the same. With neither ids nor filters every instance of the region has a row.
    pub(super) ec2_instance_ids: Option<Vec<String>>,
    /// Filters as EC2 takes them, each with a `Name` and a list of `Values`; an instance has to match all of them. No more than 5000
    /// instances have a row.
    pub(super) ec2_filters: Option<Vec<Filter>>,
    /// Instances in these states have no row; when absent, every state has one, and all but `running` are down.
    ignore_states: Option<Vec<InstanceState>>,
    /// Whether it is all right that there is no instance to show, as in a group that scales to zero. `true`: the one row of the service
    /// is `operational`, and instances that were shown before count as removed. `false`: it is `unknown`, since a wrong filter or region
    /// looks the same, and incidents of instances that were shown before go on. Default: `false`. Either way the row says what was
    /// looked for.
    #[serde(default)]
    pub(super) allow_empty: bool,
}

/// As EC2 takes it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// What to compare, for example `tag:Environment`.
    #[serde(rename = "Name")]
    pub(super) name: String,
    /// The values of which one has to match; `*` and `?` stand for any characters.
    #[serde(rename = "Values")]
    pub(super) values: Vec<String>,
}

/// A state of an instance, in the words of EC2.
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

/// An access key as it stands in the properties.
pub(super) struct Keys<'a> {
    pub(super) id: &'a str,
    pub(super) secret: &'a str,
    pub(super) token: Option<&'a str>,
}

/// An empty text in the file means the same as an absent key, as it did in Python.
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
