use crate::ChannelError;
use crate::excerpt::Withheld;
use net::host::{HostName, parse_url};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use yaml::Secret;

/// Where messages go. Nobody is shown more of it than the host.
pub(crate) struct Endpoint {
    url: Url,
    /// The host as it was given, with its zone.
    named: HostName,
    /// User and password of the address, which are sent as a header and are no part of `url`.
    login: Option<(String, Secret)>,
    withheld: Withheld,
}

impl Endpoint {
    /// The address of a hook, which is a secret: whoever knows it can write. `key` is where it stands in the configuration.
    pub(crate) fn hook(key: &str, url: &Secret) -> Result<Self, ChannelError> {
        let (mut url, named) = parse(key, url.expose())?;
        let mut withheld = Withheld::default();
        withheld.add(url.as_str());
        withheld.add(url.path());
        url.path_segments().into_iter().flatten().for_each(|segment| withheld.add(segment));
        for (name, value) in url.query_pairs() {
            // A hook without a value may have its key for a name.
            withheld.add(if value.is_empty() { name } else { value });
        }
        url.query().into_iter().flat_map(|query| query.split(['&', '='])).for_each(|part| withheld.add(part));
        url.password().into_iter().chain(Some(url.username())).for_each(|part| withheld.add(part));
        let login = take_login(&mut url);
        if let Some((name, password)) = &login {
            withheld.add(name.as_str());
            withheld.add_secret(password);
            withheld.add_secret(&Secret::new(format!("{name}:{}", password.expose())));
            withheld.add(url.as_str());
        }
        Ok(Self { url, named, login, withheld })
    }

    /// The address of a server, which is no secret, and below it a path. What must not be seen is added with
    /// [`Self::withholding`].
    pub(crate) fn server(key: &str, url: &str, path: &[&str]) -> Result<Self, ChannelError> {
        let (mut url, named) = parse(key, url)?;
        if url.password().is_some() || !url.username().is_empty() || url.query().is_some() || url.fragment().is_some() {
            return Err(ChannelError(format!("`{key}` is shown to everybody; it must hold no user, password or question mark")));
        }
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        Ok(Self { url, named, login: None, withheld: Withheld::default() })
    }

    pub(crate) fn withholding(mut self, secret: &Secret) -> Self {
        self.withheld.add_secret(secret);
        self
    }

    /// With a parameter more.
    pub(crate) fn with_query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// User and password for Basic authentication.
    pub(super) fn login(&self) -> Option<(&str, &Secret)> {
        self.login.as_ref().map(|(name, password)| (name.as_str(), password))
    }

    pub(super) fn named(&self) -> &HostName {
        &self.named
    }

    /// `host`, or `host:port` where the port is not the usual one.
    pub(crate) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// See [`Withheld::excerpt`].
    pub(crate) fn excerpt(&self, answer: &[u8]) -> String {
        self.withheld.excerpt(answer)
    }
}

/// Takes user and password out of an address.
fn take_login(url: &mut Url) -> Option<(String, Secret)> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let login = (decoded(url.username()), Secret::new(decoded(url.password().unwrap_or_default())));
    // An address with a host can have both, or neither.
    url.set_username("").and_then(|()| url.set_password(None)).ok()?;
    Some(login)
}

fn parse(key: &str, text: &str) -> Result<(Url, HostName), ChannelError> {
    // The parser's own error may repeat a part.
    let url = parse_url(text).filter(|(url, _)| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| ChannelError(format!("`{key}` is no address of the form https://HOST/…")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_host_of_a_hook_is_seen() {
        let hook =
            Secret::new("https://user:pass-word@hooks.lan:8443/services/T0001/k%C3%A4se?key=abcd%20efgh&signature=0123456789");
        let endpoint = Endpoint::hook("url", &hook).unwrap();
        assert_eq!(endpoint.host(), "hooks.lan:8443");
        let quoted = "POST /services/T0001/k%C3%A4se?key=abcd%20efgh: abcd efgh 0123456789 T0001 pass-word";
        assert_eq!(
            endpoint.excerpt(quoted.as_bytes()),
            "POST [withheld]?key=[withheld]: [withheld] [withheld] [withheld] [withheld]"
        );
    }

    #[test]
    fn a_login_is_no_part_of_the_address() {
        let endpoint = Endpoint::hook("url", &Secret::new("https://b%C3%B6b:p%40ss%20word@hooks.lan/in")).unwrap();
        assert_eq!(endpoint.url().as_str(), "https://hooks.lan/in");
        let (name, password) = endpoint.login().unwrap();
        assert_eq!((name, password.expose()), ("böb", "p@ss word"));
        assert_eq!(endpoint.excerpt("no: p@ss word p%40ss%20word".as_bytes()), "no: [withheld] [withheld]");
        assert!(Endpoint::hook("url", &Secret::new("https://hooks.lan/in")).unwrap().login().is_none());
    }

    #[test]
    fn what_is_no_address_is_told_without_it() {
        for wrong in ["", "hooks.lan/s3cret", "ftp://s3cret.lan/", "https://", "https://s3cret lan/"] {
            let error = Endpoint::hook("url", &Secret::new(wrong)).err().unwrap();
            assert_eq!(error.to_string(), "`url` is no address of the form https://HOST/…", "{wrong}");
        }
        for wrong in ["https://user@lan", "https://:s3cret@lan", "https://lan/?token=s3cret", "https://lan/#s3cret"] {
            let error = Endpoint::server("url", wrong, &[]).err().unwrap();
            assert!(error.to_string().starts_with("`url` is shown to everybody") && !error.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn a_path_goes_below_that_of_the_server() {
        for (base, expected) in [
            ("https://ntfy.sh", "https://ntfy.sh/v2/enqueue"),
            ("https://lan/below/", "https://lan/below/v2/enqueue"),
            ("http://lan:81/below", "http://lan:81/below/v2/enqueue"),
        ] {
            assert_eq!(Endpoint::server("url", base, &["v2", "enqueue"]).unwrap().url().as_str(), expected);
        }
        assert_eq!(Endpoint::server("url", "https://ntfy.sh", &[]).unwrap().url().as_str(), "https://ntfy.sh/");
    }
}
