use super::*;
use net::mongodb::TlsMode;

/// What anybody may see of a plugin that was configured.
fn connect(properties: &str, data: &str) -> Result<MongoDb, String> {
    let yaml = |text: &str| yaml::parse("services.yaml", text).map_err(|error| error.to_string());
    let properties = yaml(properties)?.read().map_err(|error| error.to_string())?;
    let data = yaml(data)?.read().map_err(|error| error.to_string())?;
    let host = Host::new("db", "host", Duration::from_secs(5));
    MongoDb::connect(properties, data, &host).map_err(|error| error.to_string())
}

fn seeds(properties: &str) -> Vec<String> {
    connect(properties, "{}").unwrap().seeds.iter().map(|seed| seed.address.to_string()).collect()
}

#[test]
fn files_of_the_original_are_taken() {
    let plugin = connect("{host: db.test, port: '27018', protocol: mongodb, username: 1234, password: 0042}", "{}").unwrap();
    assert_eq!((plugin.username.as_deref(), mode(&plugin)), (Some("1234"), "if offered"));
    assert_eq!(seeds("{host: db.test, port: '27018', username: '', password: '', ca: '', cert: '', key: ''}"), ["db.test:27018"]);
    assert_eq!(seeds("{host: [a.test, 'b.test:27020', '::1', a.test]}"), ["a.test:27017", "b.test:27020", "[::1]:27017"]);
}

#[test]
fn logins_are_put_together() {
    let credential = |properties: &str| {
        let access = &connect(&format!("{{host: a.test, {properties}}}"), "{}").unwrap().seeds[0].access;
        let credential = access.credential.clone().unwrap();
        (credential.source.unwrap(), credential.mechanism.map(|mechanism| mechanism.as_str().to_owned()))
    };
    let with_password = "username: a, password: b";
    assert_eq!(credential(with_password), ("admin".into(), None));
    assert_eq!(credential(&format!("{with_password}, auth_source: other")), ("other".into(), None));
    let scram = credential(&format!("{with_password}, auth_mechanism: SCRAM-SHA-256"));
    assert_eq!(scram, ("admin".into(), Some("SCRAM-SHA-256".into())));
    let plain = credential(&format!("{with_password}, auth_mechanism: PLAIN, tls: true"));
    assert_eq!(plain, ("$external".into(), Some("PLAIN".into())));
}

fn mode(plugin: &MongoDb) -> &'static str {
    match plugin.seeds[0].access.tls {
        TlsMode::Never => "never",
        TlsMode::IfOffered(_) => "if offered",
        TlsMode::Always(_) => "always",
    }
}

#[test]
fn tls_is_spoken_as_it_is_said_else_if_it_is_offered() {
    for (properties, expected) in [
        ("verify: false", "if offered"),
        ("tls: ", "if offered"),
        ("tls: false", "never"),
        ("tls: true", "always"),
        ("tls: true, verify: false", "always"),
    ] {
        assert_eq!(mode(&connect(&format!("{{host: a.test, {properties}}}"), "{}").unwrap()), expected, "{properties}");
    }
}

#[test]
fn values_that_do_not_fit_are_told_without_showing_them() {
    let cases = [
        ("{host: a.test, hots: b}", "{}", "hots"),
        ("{port: 27017}", "{}", "host"),
        ("{host: {a: b}}", "{}", "a text or a list of texts"),
        ("{host: []}", "{}", "`host`"),
        ("{host: 'mongodb://user:marker@a.test'}", "{}", "`host`"),
        ("{host: [a.test, 'b.test:marker']}", "{}", "`host`"),
        ("{host: a.test, port: 70000}", "{}", "port"),
        ("{host: a.test, protocol: https}", "{}", "protocol"),
        ("{host: a.test, username: a}", "{}", "`password`"),
        ("{host: a.test, password: marker}", "{}", "`username`"),
        ("{host: a.test, auth_mechanism: SCRAM-SHA-256}", "{}", "`username`"),
        ("{host: a.test, username: a, password: marker, auth_mechanism: PLAIN}", "{}", "`tls: true`"),
        ("{host: a.test, auth_mechanism: MONGODB-X509}", "{}", "`cert`"),
        ("{host: a.test, password: marker, auth_mechanism: MONGODB-X509}", "{}", "`password`"),
        ("{host: a.test, auth_mechanism: GSSAPI}", "{}", "auth_mechanism"),
        ("{host: a.test, tls: false, ca: marker}", "{}", "`ca`"),
        ("{host: a.test, ca: marker}", "{}", "`ca`"),
        ("{host: a.test, cert: marker}", "{}", "`key`"),
        ("{host: a.test, key: marker}", "{}", "`cert`"),
        ("{host: a.test, cert: marker, key: marker}", "{}", "`cert`"),
        ("{host: a.test}", "{max_lag: -1}", "`max_lag`"),
        ("{host: a.test}", "{max_lag: .inf}", "max_lag"),
        ("{host: a.test}", "{lag: 1}", "max_lag"),
    ];
    for (properties, data, named) in cases {
        let message = connect(properties, data).err().unwrap_or_else(|| panic!("{properties} {data} was taken"));
        assert!(message.contains(named), "{properties} {data}: {message}");
        assert!(!message.contains("marker"), "{properties} {data}: {message}");
    }
    let many: Vec<_> = (0..51).map(|n| format!("h{n}")).collect();
    assert!(connect(&format!("{{host: [{}]}}", many.join(", ")), "{}").err().unwrap().contains("50 hosts"));
}
