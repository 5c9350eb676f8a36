use super::*;
use reqwest::header::ACCEPT;

/// What is sent to `to` after the server of `from` has set these cookies, and the operator wants to send `own`.
fn sent(own: Option<&str>, from: &str, set: &[&[u8]], to: &str) -> Option<Vec<u8>> {
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("x/y"))]);
    headers.extend(own.map(|own| (COOKIE, HeaderValue::from_str(own).unwrap())));
    let mut received = HeaderMap::new();
    for set in set {
        received.append(SET_COOKIE, HeaderValue::from_bytes(set).unwrap());
    }
    let mut cookies = Cookies::default();
    cookies.take(&from.parse().unwrap(), &headers, &received);
    let headers = cookies.add_to(&headers, &to.parse().unwrap());
    assert_eq!(headers[ACCEPT], "x/y");
    headers.get(COOKIE).map(|value| value.as_bytes().to_vec())
}

#[track_caller]
fn check(from: &str, set: &str, to: &str, expected: &str) {
    let sent = sent(None, from, &[set.as_bytes()], to).unwrap_or_default();
    assert_eq!(String::from_utf8_lossy(&sent), expected, "{set} of {from} to {to}");
}

#[test]
fn cookies_go_where_they_are_meant_for() {
    let from = "https://shop.example.org/a/b";
    for (set, to, expected) in [
        ("s=1", from, "s=1"),
        // The path is that of the folder, unless the server says otherwise.
        ("s=1", "https://shop.example.org/a/c?d", "s=1"),
        ("s=1", "https://shop.example.org/c", ""),
        ("s=1; Path=/", "https://shop.example.org/c", "s=1"),
        ("s=1; Path=/c", "https://shop.example.org/cd", ""),
        ("s=1; path=/", "https://shop.example.org:8443/", "s=1"),
        // The host.
        ("s=1; Path=/", "https://example.org/", ""),
        ("s=1; Path=/", "https://www.shop.example.org/", ""),
        ("s=1; Path=/", "https://stranger.test/", ""),
        ("s=1; Path=/; Domain=shop.example.org", "https://www.shop.example.org/", "s=1"),
        ("s=1; Path=/; Domain=.Example.org", "https://login.example.org/", "s=1"),
        ("s=1; Path=/; Domain=example.org", "https://notexample.org/", ""),
        ("s=1; Path=/; Domain=stranger.test", "https://stranger.test/", ""),
        ("s=1; Path=/; Domain=org", "https://stranger.org/", ""),
        ("s=1; Path=/; Domain=", "https://shop.example.org/", "s=1"),
        // Encryption.
        ("s=1; Path=/", "http://shop.example.org/", "s=1"),
        ("s=1; Path=/; Secure; HttpOnly", "https://shop.example.org/", "s=1"),
        ("s=1; Path=/; Secure", "http://shop.example.org/", ""),
        // Time.
        ("s=1; Max-Age=60", from, "s=1"),
        ("s=1; Max-Age=0", from, ""),
        ("s=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", from, ""),
        ("s=1; Max-Age=60; Expires=Thu, 01-Jan-70 00:00:00 GMT", from, "s=1"),
        ("s=1; Expires=nonsense", from, "s=1"),
        // Notation.
        ("s=\"a b\"; Path=/", from, "s=\"a b\""),
        ("s=a=b==; Path=/", from, "s=a=b=="),
        ("s=; Path=/", from, "s="),
        ("nonsense", from, ""),
        ("s=grün", from, "s=grün"),
    ] {
        check(from, set, to, expected);
    }
    check("http://127.0.0.1:1/", "s=1; Secure", "http://127.0.0.1:1/", "");
    check("http://127.0.0.1:1/", "s=1", "http://127.0.0.1:2/", "s=1");
    check("http://127.0.0.1/", "s=1", "http://127.0.0.2/", "");
    check("http://[::1]/", "s=1", "http://[::1]/", "s=1");
    check("http://localhost/", "s=1; Domain=localhost", "http://localhost/", "s=1");
}

#[test]
fn bytes_come_back_as_they_came() {
    let url = "https://a.test/";
    assert_eq!(sent(None, url, &[b"s=gr\xfcn\xc3\xa0"], url).unwrap(), b"s=gr\xfcn\xc3\xa0");
}

#[test]
fn several_cookies_are_sent_together() {
    let url = "https://a.test/x/y";
    let set: [&[u8]; 5] = [b"a=1; Path=/", b"b=2; Path=/x", b"c=3; Path=/", b"a=4; Path=/", b"c=; Path=/; Max-Age=0"];
    assert_eq!(sent(None, url, &set, url).unwrap(), b"b=2; a=4");
}

#[test]
fn cookies_of_the_operator_are_kept() {
    let url = "https://a.test/x";
    let check = |own: &str, set: &str, expected: &str| {
        let sent = sent(Some(own), url, &[set.as_bytes()], url).unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&sent), expected, "{own} and {set}");
    };
    check("what ever it is;", "s=1; Path=/elsewhere", "what ever it is;");
    check("a=1; b=2", "s=3", "a=1; b=2; s=3");
    check("a=1; b=2", "a=3", "b=2; a=3");
    check("a=1; b=2", "a=; Max-Age=0", "b=2");
    check("a=1", "a=; Max-Age=0", "");
    check("a=1", "a=2; Path=/elsewhere", "a=1");
}

#[test]
fn a_jar_is_bounded() {
    let mut received = HeaderMap::new();
    for n in 0..1000 {
        received.append(SET_COOKIE, HeaderValue::from_str(&format!("c{n}=1")).unwrap());
    }
    let url = "https://a.test/".parse().unwrap();
    let mut cookies = Cookies::default();
    cookies.take(&url, &HeaderMap::new(), &received);
    let headers = cookies.add_to(&HeaderMap::new(), &url);
    assert_eq!(headers[COOKIE].to_str().unwrap().split("; ").count(), MOST_COOKIES);
}
