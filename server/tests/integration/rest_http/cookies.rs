//! Cookies that are set on the way to an answer.

use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn redirect(to: &str, cookies: &[&str]) -> String {
    let cookies: String = cookies.iter().map(|cookie| format!("Set-Cookie: {cookie}\r\n")).collect();
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\n{cookies}Content-Length: 0\r\n\r\n")
}

/// The header `Cookie` of the requests that came to a server.
fn cookies_of(server: &OddServer) -> Vec<Option<String>> {
    let cookie = |head: &String| head.lines().find_map(|line| line.strip_prefix("cookie: ").map(str::to_owned));
    server.requests().iter().map(cookie).collect()
}

#[tokio::test]
async fn what_a_redirect_sets_is_sent_to_the_next_page() {
    let seen = |url: &str, search| look(at("HTTPBIN", json!({})), json!({"url": url, "search": search}));
    assert_operational(seen("/cookies/set?session=abc&theme=dark", json!({"cookies": {"session": "abc", "theme": "dark"}})).await);
    assert_operational(seen("/cookies", json!({"cookies": {}})).await);
}

/// Many sites ask so whether a browser takes cookies, and many logins end so.
#[tokio::test]
async fn a_page_that_sets_a_cookie_and_asks_for_itself_is_no_circle() {
    let server = OddServer::answering_each(|head| match head.contains("cookie: seen=1") {
        true => OK.to_owned(),
        false => redirect("/", &["seen=1"]),
    });
    assert_operational(look(at_odd(&server, json!({})), json!({"search": "ok"})).await);
    // Each check begins without cookies.
    assert_operational(look(at_odd(&server, json!({})), json!({"search": "ok"})).await);
    assert_eq!(cookies_of(&server), [None, Some("seen=1".to_owned()), None, Some("seen=1".to_owned())]);

    let refusing = OddServer::answering(redirect("/", &["seen=1"]));
    let message = format!("the redirects of {} form a loop", refusing.address);
    assert_unknown(look(at_odd(&refusing, json!({})), json!({})).await, &message);
}

#[tokio::test]
async fn cookies_are_for_their_host_and_path_and_time() {
    let stranger = OddServer::answering(OK);
    let elsewhere = format!("http://localhost:{}/", stranger.address.port());
    let server = OddServer::answering_each(move |head| match head.split(' ').nth(1) {
        Some("/start") => {
            redirect("/app/one", &["a=1; Path=/", "b=2; Path=/app", "c=3; Path=/other", "d=4; Path=/; Secure", "e=5; Path=/"])
        }
        Some("/app/one") => redirect("/two", &["a=6; Path=/", "e=; Path=/; Max-Age=0"]),
        Some("/two") => redirect(&elsewhere, &["f=7; Domain=localhost"]),
        _ => OK.to_owned(),
    });
    assert_operational(look(at_odd(&server, json!({})), json!({"url": "/start", "search": "ok"})).await);
    assert_eq!(cookies_of(&server), [None, Some("b=2; a=1; e=5".to_owned()), Some("a=6".to_owned())]);
    assert_eq!(cookies_of(&stranger), [None]);
}

#[tokio::test]
async fn the_cookies_of_the_service_are_sent_as_well() {
    let stranger = OddServer::answering(OK);
    let elsewhere = format!("http://{}/", stranger.address);
    let server = OddServer::answering_each(move |head| match head.split(' ').nth(1) {
        Some("/start") => redirect("/next", &["mine=new; Path=/", "other=2; Path=/"]),
        Some("/next") => redirect(&elsewhere, &[]),
        _ => OK.to_owned(),
    });
    let properties = at_odd(&server, json!({"request_headers": {"Cookie": "mine=old; kept=1"}}));
    assert_operational(look(properties, json!({"url": "/start"})).await);
    assert_eq!(cookies_of(&server), [Some("mine=old; kept=1".to_owned()), Some("kept=1; mine=new; other=2".to_owned())]);
    // Cookies know no ports (RFC 6265, section 8.5), but what the operator sends stays with the server that he named.
    assert_eq!(cookies_of(&stranger), [Some("mine=new; other=2".to_owned())]);
}
