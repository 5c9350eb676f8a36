use super::headers::Headers;
use super::*;

fn host() -> Host {
    Host::new("shop", "host", Duration::from_secs(5))
}

/// Reads `properties` and `data` as they stand in `services.yaml`.
fn read(properties: &str, data: &str) -> Result<(Properties, Data), String> {
    let yaml = |text: &str| yaml::parse("services.yaml", text).map_err(|error| error.to_string());
    let properties = yaml(properties)?.read().map_err(|error| error.to_string())?;
    let data = yaml(data)?.read().map_err(|error| error.to_string())?;
    Ok((properties, data))
}

fn connect(properties: &str, data: &str) -> Result<RestHttp, String> {
    let (properties, data) = read(properties, data)?;
    RestHttp::connect(properties, data, &host()).map_err(|error| error.to_string())
}

fn headers(properties: &str) -> Headers {
    let (properties, _) = read(properties, "{}").unwrap();
    Headers::new(&properties).unwrap()
}

fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.own.get(name).map(|value| value.to_str().unwrap())
}

#[test]
fn files_of_the_original_are_taken() {
    let plugin = connect(
        "
        host: api.example.org
        port: '8443'
        protocol: http
        username: 1234
        password: 0042
        token: unused
        cert: ''
        key:
        timeout: 2.5
        request_headers: {X-Number: 7, Accept: text/plain}",
        "{url: health?full=1, search: {status: ok}}",
    );
    assert_eq!(plugin.err(), None);
}

#[test]
fn everything_new_is_taken_too() {
    let plugin = connect(
        "{host: api.example.org, method: post, body: '{\"a\": 1}'}",
        "
        expect_status: [200, 2xx, 400-404]
        max_elapsed: 5
        min_tls_days: 14
        json:
          $.status: ok
          $.queue.length: {less_than: 100}
          $.nodes[*].state: {one_of: [up, starting]}
          $.nodes[?@.state == 'down']: {count: 0}",
    );
    assert_eq!(plugin.err(), None);
    let empty = connect("{host: a.test, body: ''}", "{expect_status: '', json: , max_elapsed: , min_tls_days: }");
    assert_eq!(empty.err(), None);
}

#[test]
fn values_that_do_not_fit_are_told_without_showing_them() {
    let cases = [
        ("{host: a.test, verfiy: true}", "{}", "verfiy"),
        ("{port: 80}", "{}", "host"),
        ("{host: a.test, port: 70000}", "{}", "port"),
        ("{host: a.test, protocol: marker}", "{}", "protocol"),
        ("{host: 'user:marker@a.test'}", "{}", "`host`"),
        ("{host: a.test}", "{url: 'https://a.test/?key=marker'}", "`url`"),
        ("{host: a.test}", "{path: /marker}", "path"),
        ("{host: a.test}", "{search: '('}", "`search`"),
        ("{host: a.test, password: marker}", "{}", "`username`"),
        ("{host: a.test, username: 'a:b', password: marker}", "{}", "`username`"),
        ("{host: a.test, cert: marker}", "{}", "`key`"),
        ("{host: a.test, key: marker}", "{}", "`cert`"),
        ("{host: a.test, cert: marker, key: marker}", "{}", "`cert`"),
        ("{host: a.test, ca: marker}", "{}", "`ca`"),
        ("{host: a.test, token_header: X-Key}", "{}", "`token`"),
        ("{host: a.test, token_header: 'X Key', token: marker}", "{}", "X Key"),
        ("{host: a.test, token: \"marker\\u0001\"}", "{}", "Authorization"),
        ("{host: a.test, request_headers: {X-Key: \"a\\r\\nmarker\"}}", "{}", "X-Key"),
        ("{host: a.test, request_headers: {\"X-Key\\r\\n\": marker}}", "{}", ""),
        ("{host: a.test, method: FETCH}", "{}", "method"),
        ("{host: a.test, body: {a: marker}}", "{}", "body"),
        ("{host: a.test, method: HEAD}", "{search: x}", "`search`"),
        ("{host: a.test, method: HEAD}", "{json: {$.a: 1}}", "`json`"),
        ("{host: a.test}", "{json: {a: marker}}", "json"),
        ("{host: a.test}", "{expect_status: 2x}", "expect_status"),
        ("{host: a.test}", "{max_elapsed: 0}", "`max_elapsed`"),
        ("{host: a.test}", "{max_elapsed: -1}", "`max_elapsed`"),
        ("{host: a.test}", "{max_elapsed: 5.1}", "`max_elapsed`"),
        ("{host: a.test, protocol: http}", "{min_tls_days: 7}", "`min_tls_days`"),
        ("{host: a.test}", "{min_tls_days: -7}", "min_tls_days"),
        ("{host: a.test, max_body: 0}", "{}", "`max_body`"),
        ("{host: a.test, max_body: 1000000000}", "{}", "`max_body`"),
    ];
    for (properties, data, named) in cases {
        match connect(properties, data) {
            Ok(_) => assert!(named.is_empty(), "{properties} {data} was taken"),
            Err(message) => {
                assert!(message.contains(named), "{properties}: {message}");
                assert!(named == "protocol" || !message.contains("marker"), "{properties}: {message}");
            }
        }
    }
}

#[test]
fn headers_have_defaults_that_can_be_replaced() {
    let plain = headers("{host: a.test}");
    assert_eq!(header(&plain, "content-type"), Some("application/json"));
    assert_eq!(header(&plain, "accept"), Some("application/json"));
    assert_eq!(header(&plain, "accept-encoding"), Some("gzip, deflate, br, zstd"));
    assert!(header(&plain, "user-agent").unwrap().starts_with("Platus/"));
    assert_eq!(header(&plain, "authorization"), None);

    let named = headers("{host: a.test, request_format: text/pson, request_headers: {Accept: text/plain}}");
    assert_eq!((header(&named, "content-type"), header(&named, "accept")), (Some("text/pson"), Some("text/plain")));
    let own = headers(
        "{host: a.test, request_headers: {accept: text/plain, Accept-Encoding: br, Content-Type: , User-Agent: me, X-Number: 7}}",
    );
    assert_eq!(header(&own, "accept-encoding"), Some("br"));
    assert_eq!(header(&own, "accept"), Some("text/plain"));
    assert_eq!(header(&own, "content-type"), None);
    assert_eq!(header(&own, "user-agent"), Some("me"));
    assert_eq!(header(&own, "x-number"), Some("7"));
}

#[test]
fn credentials_become_headers() {
    let cases = [
        ("username: bob, password: 'pä ss'", "authorization", "Basic Ym9iOnDDpCBzcw=="),
        ("username: bob", "authorization", "Basic Ym9iOg=="),
        ("token: \"abc\\n\"", "authorization", "Bearer abc"),
        ("token: abc, token_header: X-Key", "x-key", "abc"),
        ("token: abc, request_headers: {Authorization: mine}", "authorization", "mine"),
        ("username: bob, password: x, token: abc", "authorization", "Basic Ym9iOng="),
        ("username: bob, password: x, token: abc, token_header: X-Key", "x-key", "abc"),
        ("username: bob, password: x, request_headers: {Authorization: mine}", "authorization", "Basic Ym9iOng="),
    ];
    for (properties, name, value) in cases {
        assert_eq!(headers(&format!("{{host: a.test, {properties}}}")).own.get(name).unwrap().as_bytes(), value.as_bytes());
    }
}

#[test]
fn other_servers_are_told_nothing_that_could_be_a_key() {
    let foreign = headers(
        "{host: a.test, username: bob, password: x, token: abc, token_header: X-Key,
          request_headers: {Accept: text/plain, Cookie: c, X-Other: o}}",
    )
    .foreign();
    let mut names: Vec<_> = foreign.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "content-type", "user-agent"]);
    assert_eq!(foreign.get("accept").unwrap(), "text/plain");
}

#[test]
fn nothing_prints_a_secret() {
    let yaml = "{host: a.test, username: bob, password: marker-1, token: marker-2, token_header: X-Key,
        request_headers: {X-Other: marker-3}, method: POST, body: marker-5}";
    let (properties, data) = read(yaml, "{url: '/?key=marker-4'}").unwrap();
    let printed = format!("{properties:?} {properties:#?} {:?}", Headers::new(&properties).unwrap().own);
    let plugin = RestHttp::connect(properties, data, &host()).unwrap();
    let printed = format!("{printed} {plugin:?} {plugin:#?}");
    assert!(!printed.contains("marker"), "{printed}");
    assert!(!printed.contains(&base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "bob:marker-1")), "{printed}");
}
