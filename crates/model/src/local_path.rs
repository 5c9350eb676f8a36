/// Where to go after the login: `next` if it is a path of this site, or the board. An address elsewhere would lend our name to another
/// site (open redirect); with `..` it could also lead out of the base path.
pub fn local_path(next: &str) -> &str {
    if is_local(next) { next } else { "/" }
}

/// The segments that browsers resolve instead of sending them.
const DOTS: [&str; 6] = [".", "..", "%2e", "%2e%2e", ".%2e", "%2e."];

/// Browsers read a backslash as a slash, drop some control characters, and take two slashes for the beginning of another host.
fn is_local(next: &str) -> bool {
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let has_dots = path.split('/').any(|segment| DOTS.iter().any(|dots| segment.eq_ignore_ascii_case(dots)));
    is_plain && next.starts_with('/') && !next.starts_with("//") && !has_dots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_kept() {
        for local in ["/", "/settings", "/?state=down", "/?state=down&q=a%20b", "/services/a..b", "/?q=a/../b"] {
            assert_eq!(local_path(local), local);
        }
        for foreign in [
            "",
            "settings",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/a\r\nb",
            "/ b",
            "/ü",
            "/../grafana",
            "/services/%2E./../grafana?x",
            "/.",
        ] {
            assert_eq!(local_path(foreign), "/", "{foreign}");
        }
    }
}
