/// Where to go after the login: `next` if it is a path of this site, or the board. An address elsewhere would lend our name to another
/// site (open redirect).
pub fn local_path(next: &str) -> &str {
    if is_local(next) { next } else { "/" }
}

/// Browsers read a backslash as a slash, drop some control characters, and take two slashes for the beginning of another host.
fn is_local(next: &str) -> bool {
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_plain && next.starts_with('/') && !next.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_kept() {
        for local in ["/", "/settings", "/?state=down", "/?state=down&q=a%20b"] {
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
        ] {
            assert_eq!(local_path(foreign), "/", "{foreign}");
        }
    }
}
