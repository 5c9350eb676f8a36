use std::sync::Arc;

/// The path under which browsers see the site, such as `/platus`; empty if the site has a host of its own.
///
/// Two forms of an address follow from it. A path of the site, such as `/incidents`, is what Platus itself works with. Its address, such as
/// `/platus/incidents`, is what browsers see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BasePath(Arc<str>);

impl BasePath {
    /// Reads the path of a URL; slashes at its end do not count. `None` if it contains an empty segment, `.` or `..`, or anything but
    /// letters, digits and `-._~/`: it becomes part of headers, scripts and documents.
    pub fn parse(path: &str) -> Option<Self> {
        let path = path.trim_end_matches('/');
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_segment = |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(is_plain);
        let is_valid = path.is_empty() || path.strip_prefix('/').is_some_and(|segments| segments.split('/').all(is_segment));
        is_valid.then(|| Self(path.into()))
    }

    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the site has a host of its own.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The address of a path of the site. A text that is no path, such as `#main`, stays as it is.
    pub fn address(&self, path: &str) -> String {
        let mut address = String::with_capacity(self.0.len() + path.len());
        if path.starts_with('/') {
            address.push_str(&self.0);
        }
        address.push_str(path);
        address
    }

    /// The path of the site that has this address. `None` for an address of another site of the host.
    pub fn path_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        address.strip_prefix(&*self.0).filter(|path| path.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(path: &str) -> BasePath {
        BasePath::parse(path).unwrap()
    }

    #[test]
    fn a_path_has_an_address_and_an_address_has_a_path() {
        for (base, address) in [(base("/platus"), "/platus/incidents?state=down"), (base("/a/b"), "/a/b/incidents?state=down")] {
            assert_eq!(base.address("/incidents?state=down"), address);
            assert_eq!(base.path_of(address), Some("/incidents?state=down"));
        }
        assert_eq!(base("/platus").address("/"), "/platus/");
        assert_eq!(base("/platus").address("#main"), "#main");
        assert_eq!(base("").address("/incidents"), "/incidents");
        assert_eq!(base("").path_of("/incidents"), Some("/incidents"));
        for foreign in ["/platus", "/platus2/incidents", "/incidents", "/grafana/platus/incidents", ""] {
            assert_eq!(base("/platus").path_of(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn only_plain_paths_are_base_paths() {
        for (path, expected) in [("/", ""), ("", ""), ("/platus/", "/platus"), ("/team-1/platus_~.x", "/team-1/platus_~.x")] {
            assert_eq!(base(path).as_str(), expected);
        }
        assert!(base("/").is_root() && !base("/platus").is_root());
        for path in ["platus", "//evil", "/a//b", "/a/../b", "/.", "/a%20b", "/a'b", "/a;b", "/ä", "/a?b", "/a\r\nb"] {
            assert_eq!(BasePath::parse(path), None, "{path}");
        }
    }
}
