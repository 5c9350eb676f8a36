//! Requests that go through a proxy.

use super::*;
use crate::command_line::platus;
use crate::servers::proxy::ProxyServer;
use std::fs;

const LOGIN: &str = "Basic Ym9iOnMzY3JldA==";

fn through(proxy: &ProxyServer, login: &str) -> Value {
    json!({"proxy": format!("http://{login}127.0.0.1:{}", proxy.port)})
}

#[tokio::test]
async fn a_service_goes_through_its_proxy() {
    let proxy = ProxyServer::start(None);
    let seen = look(at("HTTP", through(&proxy, "")), json!({"url": "/ok?a=b", "search": "^ok$"})).await.unwrap();
    assert_eq!(seen.notes, [format!("through the proxy 127.0.0.1:{}", proxy.port)]);
    assert_eq!(seen.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["connect", "proxy", "first byte", "body"]);
    assert_operational(Ok(seen));

    let properties = with(at("HTTPS", json!({"ca": targets().file("CA")})), through(&proxy, ""));
    assert_operational(look(properties, json!({"search": "^tls TLSv1.3 HTTP/2.0$"})).await);
    let (http, https) = (targets().port("HTTP"), targets().port("HTTPS"));
    let asked = [format!("GET http://127.0.0.1:{http}/ok?a=b HTTP/1.1"), format!("CONNECT 127.0.0.1:{https} HTTP/1.1")];
    assert_eq!(proxy.requests(), asked);
}

#[tokio::test]
async fn a_proxy_may_want_a_login() {
    let proxy = ProxyServer::start(Some(LOGIN));
    let https = |login| with(at("HTTPS", json!({"ca": targets().file("CA")})), through(&proxy, login));
    assert_operational(look(at("HTTP", through(&proxy, "bob:s3cret@")), json!({"url": "/ok"})).await);
    assert_operational(look(https("bob:s3cret@"), json!({})).await);
    let seen = look(at("HTTP", through(&proxy, "bob:marker@")), json!({"url": "/ok"})).await;
    let wanted = "it requires a user and a password (407); set or correct them in `proxy`";
    let http = targets().port("HTTP");
    let message = format!("the proxy 127.0.0.1:{} does not pass the request on to 127.0.0.1:{http}: {wanted}", proxy.port);
    assert_unknown(seen, &message);
    let message = format!(
        "the proxy 127.0.0.1:{} does not connect to 127.0.0.1:{}: it requires a user and a password (407); set or correct them in `proxy`",
        proxy.port,
        targets().port("HTTPS")
    );
    assert_unknown(look(https("bob:marker@"), json!({})).await, &message);
}

#[tokio::test]
async fn a_proxy_that_fails_is_not_taken_for_the_server() {
    let closed = targets().port("CLOSED");
    let away = json!({"proxy": format!("127.0.0.1:{closed}")});
    let message = format!("the proxy cannot be used: connection refused by 127.0.0.1:{closed}");
    assert_unknown(look(at("HTTP", away), json!({"url": "/ok"})).await, &message);
    let proxy = ProxyServer::start(None);
    let message = format!("the proxy 127.0.0.1:{} does not connect to 127.0.0.1:{closed}: HTTP 502 Bad Gateway", proxy.port);
    let properties = with(json!({"host": "127.0.0.1", "port": closed}), through(&proxy, ""));
    assert_unknown(look(properties, json!({})).await, &message);
    let error =
        crate::looking::connect("rest_http", &json!({"host": "a.test", "proxy": "socks5://marker"}), &json!({})).err().unwrap();
    assert!(error.contains("`proxy`: expected a proxy that speaks http") && !error.contains("marker"), "{error}");
}

/// What is known to come from the proxy says nothing about the server; what may come from it is said with that.
#[tokio::test]
async fn answers_of_the_proxy_itself_are_no_answers_of_the_server() {
    let through = |server: &OddServer| at("HTTP", json!({"proxy": format!("http://{}", server.address), "timeout": 1}));
    let http = format!("127.0.0.1:{}", targets().port("HTTP"));
    for (answer, message) in [
        (
            "HTTP/1.1 503 Service Unavailable\r\nServer: squid/6.6\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\nContent-Length: 0\r\n\r\n",
            "the proxy PROXY gives no answer of SERVER, but its own: HTTP 503 Service Unavailable",
        ),
        ("", "the proxy PROXY took the request for SERVER, but gave no answer within 1 s"),
        ("HTTP/1.1 200 OK\r\nX-Half: of", "the answer for SERVER by way of the proxy PROXY was not complete within 1 s"),
    ] {
        let proxy = OddServer::answering(answer);
        let message = message.replace("PROXY", &proxy.address.to_string()).replace("SERVER", &http);
        assert_unknown(look(through(&proxy), json!({"url": "/ok"})).await, &message);
    }
    let proxy = OddServer::breaking_off_after("");
    let message = format!(
        "the proxy, asked for {http}, gave no answer that can be read: {} closed the connection unexpectedly",
        proxy.address
    );
    let seen = look(through(&proxy), json!({"url": "/ok"})).await.unwrap_err();
    assert!(seen.starts_with(message.split(": ").next().unwrap()) && seen.contains(&proxy.address.to_string()), "{seen}");
    let proxy = OddServer::answering("HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n");
    let message = format!("HTTP 502 Bad Gateway; the answer came by way of the proxy {}, which may have made it", proxy.address);
    assert_seen(look(through(&proxy), json!({"url": "/ok"})).await, State::Down, &message);

    let silent = OddServer::answering("");
    let properties =
        with(at("HTTPS", json!({"ca": targets().file("CA")})), json!({"proxy": silent.address.to_string(), "timeout": 1}));
    let message = format!("the proxy {} did not connect to 127.0.0.1:{} within 1 s", silent.address, targets().port("HTTPS"));
    assert_unknown(look(properties, json!({})).await, &message);
}

/// As `platus probe` tells it.
#[test]
fn the_proxies_of_the_environment_are_used() {
    let proxy = ProxyServer::start(None);
    let folder = crate::servers::folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let port = targets().port("HTTP");
    let service = |id: &str, more: &str| {
        format!(
            "{id}: {{type: rest_http, properties: {{host: 127.0.0.1, port: {port}, protocol: HTTP{more}}}, \
             data: {{type: T, name: {id}, url: /ok, search: ok}}}}\n"
        )
    };
    write("config.yaml", "{}");
    write("users.yaml", "admin: {role: admin, password: admin}");
    write("services.yaml", &(service("usual", "") + &service("direct", ", proxy: none")));
    let url = format!("http://127.0.0.1:{}", proxy.port);
    let config = folder.path().join("config.yaml");
    let probe = |variables: &[(&str, &str)]| {
        let mut command = platus(&["probe", "--config", config.to_str().unwrap()]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().matches(&format!("through the proxy 127.0.0.1:{}", proxy.port)).count()
    };
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        assert_eq!(probe(&[(name, &url)]), 1, "{name}");
        assert_eq!(probe(&[(name, &url), ("no_proxy", "localhost,127.0.0.0/8")]), 0, "{name}");
    }
    assert_eq!(probe(&[("HTTPS_PROXY", &url)]), 0);
    assert_eq!(proxy.requests().len(), 4);
}
