use super::client::Client;
use super::expectations::Expectations;

/// What the checks need of an endpoint.
pub(super) struct Details<'a> {
    pub name: String,
    pub group: String,
    pub url: Option<String>,
    pub client: Client,
    pub expectations: Expectations,
    pub method: &'a str,
    pub body: Option<String>,
    pub is_graphql: bool,
    pub headers: Vec<(String, String)>,
}
