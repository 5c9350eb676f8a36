//! Servers that speak TLS only and want a certificate of their clients, and servers of which the configuration says nothing about TLS.

use super::*;
use crate::servers::mongod::{Mongod, TlsFiles};
use crate::targets::targets;
use ::mongodb::Client;
use ::mongodb::bson::doc;
use ::mongodb::options::{ClientOptions, ServerAddress, Tls, TlsOptions};
use std::fs;
use std::path::PathBuf;

struct Secured {
    mongod: Mongod,
    tls: Tls,
}

impl Secured {
    async fn start() -> Self {
        let ca = targets().get("CA");
        let own = |name: &str| fs::read_to_string(PathBuf::from(ca).with_file_name(name)).unwrap();
        let folder = crate::servers::folder();
        let both = folder.path().join("server.pem");
        fs::write(&both, own("server.crt") + &own("server.key")).unwrap();
        let both = both.to_str().unwrap();
        let files = ["--tlsCertificateKeyFile", both, "--tlsCAFile", ca, "--tlsClusterFile", targets().get("CLIENT_PEM")];
        let settings = [&["--replSet", "rs0", "--tlsMode", "requireTLS"][..], &files].concat();
        let mongod = Mongod::start(&settings);
        let mut options = TlsOptions::default();
        options.ca_file_path = Some(ca.into());
        options.cert_key_file_path = Some(targets().get("CLIENT_PEM").into());
        let tls = Tls::Enabled(options);
        let members = vec![doc! { "_id": 0, "host": mongod.name() }];
        mongod.run_with(None, Some(tls.clone()), doc! { "replSetInitiate": { "_id": "rs0", "members": members } }).await.unwrap();
        mongod.wait_until_primary(Some(tls.clone())).await;
        Self { mongod, tls }
    }

    /// Makes the certificate of the client a user.
    async fn add_user_of_certificate(&self) {
        let mut options = ClientOptions::default();
        options.hosts = vec![ServerAddress::Tcp { host: "127.0.0.1".to_owned(), port: Some(self.mongod.port) }];
        options.direct_connection = Some(true);
        options.tls = Some(self.tls.clone());
        let roles = vec![doc! { "role": "clusterMonitor", "db": "admin" }];
        let command = doc! { "createUser": "CN=platus-monitor", "roles": roles };
        Client::with_options(options).unwrap().database("$external").run_command(command).await.unwrap();
    }

    fn at(&self, more: Value) -> Value {
        with(json!({"host": self.mongod.name(), "cert": targets().file("CLIENT_CERT"), "key": targets().file("CLIENT_KEY")}), more)
    }
}

async fn assert_operational(properties: Value) {
    let seen = look(properties, json!({})).await.unwrap();
    assert_eq!(rows(&seen), [(State::Operational, "PRIMARY")]);
    assert_eq!(seen[0].node, "127.0.0.1");
}

#[tokio::test]
async fn whom_to_trust_and_what_to_show() {
    let server = Secured::start().await;
    let name = server.mongod.name();
    let ca = targets().file("CA");
    assert_operational(server.at(json!({"ca": ca}))).await;
    assert_operational(server.at(json!({"verify": false}))).await;

    let untrusted =
        format!("the certificate of {name} is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`");
    assert_eq!(look_in_vain(server.at(json!({}))).await, untrusted);
    // In the words of `tls` and `rest_http`, which know of the authorities that are given.
    let message = look_in_vain(server.at(json!({"ca": targets().certificate("self-signed")}))).await;
    let tls = json!({"host": "127.0.0.1", "port": server.mongod.port, "ca": targets().certificate("self-signed")});
    let seen = crate::looking::look_at_one("tls", &tls, &json!({})).await;
    let seen = seen.unwrap().message.unwrap();
    assert!(seen.starts_with(&message), "{seen} / {message}");

    // How the server ends the connection is a matter of chance.
    let message = look_in_vain(json!({"host": name, "ca": ca})).await;
    let is_known = message.contains("client certificate") || message == format!("{name} closed the connection unexpectedly");
    assert!(message.starts_with(&name) && is_known, "{message}");
    let closed = format!("{name} closed the connection without an answer; if it requires TLS, set `tls: true`");
    assert_eq!(look_in_vain(json!({"host": name, "tls": false})).await, closed);
    assert_eq!(look_in_vain(json!({"host": name})).await, untrusted, "it speaks TLS, so nothing else is tried");

    let by_certificate = || server.at(json!({"ca": ca, "auth_mechanism": "MONGODB-X509"}));
    let message = look_in_vain(by_certificate()).await;
    assert!(message.starts_with("the user is rejected (") && message.contains(&name), "{message}");
    server.add_user_of_certificate().await;
    assert_operational(by_certificate()).await;
}

/// As by all other checks.
#[tokio::test]
async fn a_certificate_that_is_signed_by_itself_is_trusted_if_it_is_given() {
    let (files, certificate) = (TlsFiles::of("self-signed"), targets().certificate("self-signed"));
    let settings = files.settings("requireTLS");
    let mongod = Mongod::start(&settings.iter().map(String::as_str).collect::<Vec<_>>());
    let name = format!("localhost:{}", mongod.port);
    // An answer to the command, so that TLS has succeeded.
    let alone = format!("no replica set, but a standalone server, is at {name}; ");
    let message = look_in_vain(json!({"host": name, "ca": certificate})).await;
    assert!(message.starts_with(&alone), "{message}");
    let message = look_in_vain(json!({"host": name, "verify": false})).await;
    assert!(message.starts_with(&alone), "{message}");
    let untrusted = format!("the certificate of {name} is not trusted (signed by itself); ");
    let message = look_in_vain(json!({"host": name})).await;
    assert!(message.starts_with(&untrusted), "{message}");
}

#[tokio::test]
async fn a_server_without_tls_is_reported() {
    let mongod = Mongod::start(&[]);
    let message = look_in_vain(json!({"host": mongod.name(), "tls": true})).await;
    assert!(message.starts_with(&mongod.name()) && message.ends_with("`tls: false`"), "{message}");
}

#[tokio::test]
async fn without_a_word_about_tls_it_is_spoken_with_a_server_that_takes_it() {
    let files = TlsFiles::new();
    let mut mongod = Mongod::start(&["--replSet", "rs0"]);
    let name = mongod.name();
    let members = vec![doc! { "_id": 0, "host": &name }];
    mongod.run(None, doc! { "replSetInitiate": { "_id": "rs0", "members": members } }).await.unwrap();
    mongod.wait_until_primary(None).await;
    let nodes = |seen: &[Observation]| seen.iter().map(|seen| (seen.node.clone(), seen.state)).collect::<Vec<_>>();
    let one = [("127.0.0.1".to_owned(), State::Operational)];

    // It is asked anew whenever it speaks in another way than before.
    let careless = service(&json!({"host": name, "verify": false}), &json!({}));
    assert_eq!(nodes(&observe(careless.as_ref()).await), one);
    let untrusted =
        format!("the certificate of {name} is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`");
    for mode in ["requireTLS", "preferTLS", "allowTLS"] {
        let settings = files.settings(mode);
        let settings: Vec<_> = ["--replSet", "rs0"].into_iter().chain(settings.iter().map(String::as_str)).collect();
        mongod.restart_with(&settings);
        mongod.wait_until_primary(Some(files.client())).await;
        assert_eq!(nodes(&observe(careless.as_ref()).await), one, "{mode}");
        // Nothing but TLS is tried then, so that an untrusted certificate is reported.
        assert_eq!(look_in_vain(json!({"host": name})).await, untrusted, "{mode}");
        let trusting = look(json!({"host": name, "ca": targets().file("CA")}), json!({})).await.unwrap();
        assert_eq!(nodes(&trusting), one, "{mode}");
    }
    // Each host is asked for itself.
    let web_server = format!("127.0.0.1:{}", targets().port("HTTP"));
    let several = look(json!({"host": [web_server, name], "verify": false}), json!({})).await.unwrap();
    assert_eq!(nodes(&several), one);

    mongod.restart_with(&["--replSet", "rs0"]);
    mongod.wait_until_primary(None).await;
    assert_eq!(nodes(&observe(careless.as_ref()).await), one);
}
