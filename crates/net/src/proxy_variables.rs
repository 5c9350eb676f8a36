//! The proxy variables of the environment, read as curl and Python's requests do.

use system::environment::Environment;
use yaml::Secret;

/// The variables. Lower case names win over upper case ones. The URLs may contain credentials.
#[derive(Clone, Debug, Default)]
pub struct ProxyVariables {
    /// For servers without TLS.
    pub http: Option<Secret>,
    /// For servers with TLS.
    pub https: Option<Secret>,
    /// For servers without a variable of their own.
    pub all: Option<Secret>,
    /// Names, addresses and networks that are reached directly, separated by commas.
    pub no: Option<String>,
}

impl ProxyVariables {
    pub fn read(environment: Environment<'_>) -> Self {
        let given = |name: &str| environment(name).filter(|value| !value.trim().is_empty());
        let either = |name: &str| given(&name.to_lowercase()).or_else(|| given(name));
        let secret = |name: &str| either(name).map(Secret::new);
        // In a CGI program the HTTP client controls HTTP_PROXY.
        let http =
            if environment("REQUEST_METHOD").is_some() { given("http_proxy").map(Secret::new) } else { secret("HTTP_PROXY") };
        Self { http, https: secret("HTTPS_PROXY"), all: secret("ALL_PROXY"), no: either("NO_PROXY") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_wins() {
        let environment = |name: &str| match name {
            "http_proxy" => Some("http://lower.test".to_owned()),
            "HTTP_PROXY" | "HTTPS_PROXY" => Some("http://upper.test".to_owned()),
            "https_proxy" => Some(" ".to_owned()),
            "no_proxy" => Some("localhost".to_owned()),
            _ => None,
        };
        let read = ProxyVariables::read(&environment);
        let exposed = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        assert_eq!(exposed(&read.http).as_deref(), Some("http://lower.test"));
        assert_eq!(exposed(&read.https).as_deref(), Some("http://upper.test"));
        assert_eq!((exposed(&read.all), read.no.as_deref()), (None, Some("localhost")));
    }
}
