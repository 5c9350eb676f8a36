//! A real mail server, which does what a test wants; see `fixtures/smtp/sink.py`.

use super::deliveries::{mixed, one, storm};
use super::{channel, connect, deliver};
use crate::servers::free_port;
use crate::servers::smtp::{PASSWORD, SmtpServer, USER};
use crate::targets::targets;
use notify::{Delivery, Outlook};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::Duration;
use tokio::time::timeout;

/// Short, for something that does not happen.
const A_MOMENT: Duration = Duration::from_millis(300);

/// `data` for a port of the server, with a login and its authority.
fn data(server: &SmtpServer, kind: &str, more: Value) -> Value {
    let mut data = json!({
        "fr": "platus@lan.test", "to": "ops@lan.test", "host": "localhost", "port": server.port(kind), "username": USER,
        "password": PASSWORD, "ca": targets().file("CA"),
    });
    for (key, value) in more.as_object().unwrap() {
        data[key] = value.clone();
    }
    data
}

async fn send(server: &SmtpServer, kind: &str, more: Value, delivery: &Delivery) -> Result<(), notify::DeliveryError> {
    deliver(channel("email", &data(server, kind, more)).as_ref(), delivery).await
}

/// The only mail.
#[track_caller]
fn mail(server: &SmtpServer) -> Value {
    let mut mails = server.received("recipients");
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.remove(0)
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_meant() {
    let server = SmtpServer::start();
    let to = json!({"to": ["Jürgen <ops@lan.test>", "night@lan.test, boss@lan.test"]});
    send(&server, "starttls", to, &mixed()).await.unwrap();
    let mut mail = mail(&server);
    assert_eq!(mail["headers"].as_object_mut().unwrap().remove("Date").map(|date| date.as_str().unwrap().len() > 20), Some(true));
    insta::assert_json_snapshot!(mail);
}

#[tokio::test]
async fn connections_are_encrypted_in_either_way() {
    for (kind, tls, mechanism) in [
        ("starttls", json!({}), "PLAIN"),
        ("implicit", json!({"tls": "implicit"}), "PLAIN"),
        ("login", json!({"tls": "implicit"}), "LOGIN"),
    ] {
        let server = SmtpServer::start();
        send(&server, kind, tls, &one()).await.unwrap();
        assert_eq!(mail(&server)["encrypted"], true, "{kind}");
        assert_eq!(server.received("login"), [json!({"login": mechanism, "right": true, "encrypted": true})], "{kind}");
    }
}

#[tokio::test]
async fn a_relay_that_knows_neither_tls_nor_logins_gets_the_mail() {
    for kind in ["relay", "no-ehlo"] {
        let server = SmtpServer::start();
        for tls in ["required", "starttls"] {
            let error = send(&server, kind, json!({"username": "", "password": "", "tls": tls}), &one()).await.unwrap_err();
            assert!(error.message.contains("does not offer STARTTLS; ") && error.message.contains("`tls: prefer`"), "{error}");
        }
        assert!(server.received("recipients").is_empty());
        for (count, tls) in [json!({}), json!({"tls": "prefer"}), json!({"tls": "none"})].iter().enumerate() {
            let mut more = tls.clone();
            (more["username"], more["password"]) = (json!(""), json!(""));
            send(&server, kind, more, &one()).await.unwrap();
            let mails = server.received("recipients");
            assert_eq!((mails.len(), &mails[count]["encrypted"]), (count + 1, &json!(false)), "{kind} {tls}");
        }
        assert!(server.received("login").is_empty());
        assert_eq!((server.received("helo").is_empty(), server.received("hello").is_empty()), (kind == "relay", kind == "no-ehlo"));
    }
}

#[tokio::test]
async fn tls_that_is_offered_is_used_and_a_bad_certificate_is_no_reason_to_do_without() {
    let server = SmtpServer::start();
    let login = |more: Value| json!({"username": "", "password": "", "tls": more["tls"], "ca": more["ca"]});
    for tls in ["prefer", "required"] {
        let error = send(&server, "open", login(json!({"tls": tls, "ca": ""})), &one()).await.unwrap_err();
        assert!(error.message.contains("add the authority as `ca`, or set `verify: false`"), "{error}");
    }
    assert!(server.received("recipients").is_empty());
    let ca = targets().file("CA");
    for (count, tls) in ["prefer", "required"].iter().enumerate() {
        send(&server, "open", login(json!({"tls": tls, "ca": ca})), &one()).await.unwrap();
        assert_eq!(server.received("recipients")[count]["encrypted"], true, "{tls}");
    }
}

#[tokio::test]
async fn the_name_in_ehlo_can_be_given() {
    let server = SmtpServer::start();
    send(&server, "starttls", json!({"hello": "monitor.example.org"}), &one()).await.unwrap();
    assert_eq!(server.received("hello"), vec![json!({"hello": "monitor.example.org"}); 2], "before TLS and in it");
    send(&server, "no-ehlo", json!({"username": "", "password": "", "hello": "192.0.2.1"}), &one()).await.unwrap();
    assert_eq!(server.received("helo"), [json!({"helo": "[192.0.2.1]"})]);
    send(&server, "open", json!({"username": "", "password": ""}), &one()).await.unwrap();
    let name = server.received("hello")[2]["hello"].as_str().unwrap().to_owned();
    assert!(name == "[127.0.0.1]" || name == "[IPv6:::1]" || name.contains('.') && !name.starts_with("localhost"), "{name}");
}

#[tokio::test]
async fn a_test_of_the_connection_goes_up_to_the_login_and_sends_no_mail() {
    let server = SmtpServer::start();
    let test = async |kind: &str, more: Value| channel("email", &data(&server, kind, more)).test_connection().await;
    test("starttls", json!({})).await.unwrap();
    assert_eq!(server.received("login"), [json!({"login": "PLAIN", "right": true, "encrypted": true})]);
    test("relay", json!({"username": "", "password": ""})).await.unwrap();
    let error = test("starttls", json!({"password": "s3cret-and-wrong"})).await.unwrap_err();
    assert!(error.message.contains("refuses the login: 535 5.7.8") && !error.message.contains("s3cret"), "{error}");
    let error = test("plain", json!({})).await.unwrap_err();
    assert!(error.message.contains("does not offer STARTTLS; "), "{error}");
    let error = test("open", json!({"ca": ""})).await.unwrap_err();
    assert!(error.message.contains("is not trusted"), "{error}");
    assert!(server.received("recipients").is_empty());
}

#[tokio::test]
async fn a_password_is_not_sent_in_the_open() {
    let server = SmtpServer::start();
    for tls in ["prefer", "required", "starttls"] {
        let error = send(&server, "plain", json!({"tls": tls}), &one()).await.unwrap_err();
        assert!(error.message.contains("does not offer STARTTLS; ") && error.message.contains("`tls: none`"), "{error}");
    }
    let error = send(&server, "plain", json!({}), &one()).await.unwrap_err();
    assert!(error.message.contains("does not offer STARTTLS; "), "{error}");
    assert!(server.received("login").is_empty() && server.received("recipients").is_empty());
    // Unless it is configured explicitly.
    send(&server, "plain", json!({"tls": "none"}), &one()).await.unwrap();
    assert_eq!(server.received("login"), [json!({"login": "PLAIN", "right": true, "encrypted": false})]);
    // What wants encryption before a login is not given one without.
    let error = send(&server, "starttls", json!({"tls": "none"}), &one()).await.unwrap_err();
    assert!(error.message.contains("takes no login"), "{error}");
    assert_eq!(server.received("login").len(), 1);
}

#[tokio::test]
async fn a_wrong_password_can_be_mended() {
    let server = SmtpServer::start();
    let error = send(&server, "starttls", json!({"password": "s3cret-and-wrong"}), &one()).await.unwrap_err();
    assert_eq!(error.outlook, Outlook::Later);
    assert!(error.message.contains("refuses the login: 535 5.7.8"), "{error}");
    assert!(!error.message.contains("s3cret"), "{error}");
    assert_eq!(server.received("login"), [json!({"login": "PLAIN", "right": false, "encrypted": true})]);
}

#[tokio::test]
async fn certificates_are_verified() {
    let server = SmtpServer::start();
    for (kind, tls) in [("starttls", "starttls"), ("implicit", "implicit")] {
        let error = send(&server, kind, json!({"tls": tls, "ca": ""}), &one()).await.unwrap_err();
        let expected =
            format!("the certificate of localhost:{} is not trusted (unknown issuer); add the authority", server.port(kind));
        assert!(error.outlook == Outlook::Later && error.message.starts_with(&expected), "{error}");
        send(&server, kind, json!({"tls": tls, "ca": "", "verify": false}), &one()).await.unwrap();
    }
    assert_eq!((server.received("login").len(), server.received("recipients").len()), (2, 2));
    let own = targets().certificate("self-signed");
    send(&SmtpServer::showing("self-signed"), "starttls", json!({"ca": own}), &one()).await.unwrap();
    let error = send(&SmtpServer::showing("wrong-host"), "starttls", json!({}), &one()).await.unwrap_err();
    assert!(error.message.contains("is for another name: other.test"), "{error}");
}

#[tokio::test]
async fn a_refused_recipient_does_not_keep_others_from_the_notification() {
    let server = SmtpServer::start();
    let to = json!({"to": ["refused@lan.test", "ops@lan.test", "night@lan.test"]});
    send(&server, "starttls", to, &one()).await.unwrap();
    assert_eq!(mail(&server)["recipients"], json!(["ops@lan.test", "night@lan.test"]));
    let error = send(&server, "starttls", json!({"to": "refused@lan.test"}), &one()).await.unwrap_err();
    let expected = format!("localhost:{} refuses every recipient, refused@lan.test: 550 5.1.1 there is", server.port("starttls"));
    assert!(error.outlook == Outlook::Later && error.message.starts_with(&expected), "{error}");
}

#[tokio::test]
async fn a_deferred_recipient_gets_it_later_and_none_gets_it_twice() {
    let server = SmtpServer::start();
    let email = channel("email", &data(&server, "implicit", json!({"tls": "implicit", "to": "ops@lan.test, later@lan.test"})));
    let error = deliver(email.as_ref(), &one()).await.unwrap_err();
    assert_eq!(error.outlook, Outlook::Later);
    assert!(error.message.ends_with("defers later@lan.test: 450 4.2.0 greylisted"), "{error}");
    deliver(email.as_ref(), &one()).await.unwrap();
    let mails = server.received("recipients");
    assert_eq!(
        mails.iter().map(|mail| mail["recipients"].clone()).collect::<Vec<_>>(),
        [json!(["ops@lan.test"]), json!(["later@lan.test"])]
    );
    assert_eq!(mails[0]["headers"]["Message-ID"], mails[1]["headers"]["Message-ID"]);
    // All have it; there is nothing to do.
    deliver(email.as_ref(), &one()).await.unwrap();
    assert_eq!(server.received("recipients").len(), 2);
}

#[tokio::test]
async fn a_mail_that_is_not_wanted_is_not_tried_again() {
    let server = SmtpServer::start();
    let error = send(&server, "starttls", json!({"to": "large@lan.test"}), &one()).await.unwrap_err();
    assert_eq!(error.outlook, Outlook::Refused);
    assert!(error.message.ends_with("does not take the mail: 552 5.3.4 too large"), "{error}");
}

#[tokio::test]
async fn a_storm_is_one_mail() {
    let server = SmtpServer::start();
    send(&server, "open", json!({"username": "", "password": "", "fr": ""}), &storm()).await.unwrap();
    let mail = mail(&server);
    assert_eq!((&mail["headers"]["Subject"], &mail["sender"]), (&json!("2000 down"), &json!("platus@localhost")));
    let plain = mail["plain"].as_str().unwrap();
    assert!(plain.starts_with("2000 down:\nservice-0 state changed to down before it was operational\n"), "{plain}");
    assert!(server.received("login").is_empty());
}

#[tokio::test]
async fn a_template_replaces_the_default_text() {
    let server = SmtpServer::start();
    let delivery = Delivery { text: Some("Wartung bis zwölf <Uhr>".to_owned()), ..one() };
    send(
        &server,
        "starttls",
        json!({"subject": "Störung  🔴 in der Käserei: bitte nachsehen, denn es ist dringend und betrifft alle"}),
        &delivery,
    )
    .await
    .unwrap();
    let mail = mail(&server);
    assert_eq!(
        (&mail["headers"]["Subject"], &mail["plain"]),
        (
            &json!("Störung 🔴 in der Käserei: bitte nachsehen, denn es ist dringend und betrifft alle"),
            &json!("Wartung bis zwölf <Uhr>")
        )
    );
    assert!(mail["html"].as_str().unwrap().contains(">Wartung bis zwölf &lt;Uhr&gt;</p>"));
}

/// A server that accepts the connection and sends nothing: the caller decides how long to wait.
#[tokio::test]
async fn a_server_that_hangs() {
    // Below the ports of outgoing connections: no other test takes it when it is closed.
    let port = free_port();
    let silent = TcpListener::bind(("127.0.0.1", port)).unwrap();
    for tls in ["starttls", "implicit", "none"] {
        let email = channel("email", &json!({"to": "ops@lan.test", "host": "127.0.0.1", "port": port, "tls": tls}));
        let result = timeout(A_MOMENT, email.deliver(&one())).await;
        assert!(result.is_err(), "{tls}: {result:?}");
    }
    drop(silent);
    let email = channel("email", &json!({"to": "ops@lan.test", "host": format!("127.0.0.1:{port}")}));
    let error = deliver(email.as_ref(), &one()).await.unwrap_err();
    assert_eq!((error.message, error.outlook), (format!("connection refused by 127.0.0.1:{port}"), Outlook::Later));
}

#[test]
fn a_password_is_not_repeated() {
    for data in [
        json!({"to": "ops@lan.test", "host": "lan", "password": "s3cret"}),
        json!({"to": "ops@lan.test", "host": "lan", "password": ["s3cret"]}),
        json!({"to": "ops@lan.test", "host": "lan", "username": "bot", "password": "s3cret", "s3cret=x": 1}),
    ] {
        let error = connect("email", &data).err().unwrap();
        assert!(!error.contains("s3cret"), "{error}");
    }
}
