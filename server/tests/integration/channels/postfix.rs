//! The mail server that most people run.

use super::deliveries::one;
use super::{channel, deliver};
use crate::servers::postfix::{PASSWORD, Postfix};
use crate::targets::targets;
use crate::waiting;
use notify::Outlook;
use serde_json::json;

#[tokio::test]
async fn a_relay_without_tls_and_login_delivers_a_mail() {
    let postfix = Postfix::relay();
    let data = json!({
        "fr": "platus@lan.test", "to": "ops@lan.test", "host": format!("localhost:{}", postfix.port), "hello": "monitor.example.org",
    });
    deliver(channel("email", &data).as_ref(), &one()).await.unwrap();
    waiting::until("the mail is delivered", async || !postfix.mails().is_empty()).await;
    let mails = postfix.mails();
    for header in ["Subject: db is down\n", "Received: from monitor.example.org (", "by mail.test (Postfix) with ESMTP id"] {
        assert!(mails[0].contains(header), "{header}: {}", mails[0]);
    }
}

#[tokio::test]
async fn postfix_takes_a_mail_and_delivers_it() {
    let postfix = Postfix::start();
    let mut data = json!({
        "fr": "platus@lan.test", "to": "ops@lan.test, nobody@lan.test", "host": format!("localhost:{}", postfix.port),
        "username": "bot@mail.test", "password": PASSWORD, "ca": targets().file("CA"),
    });
    deliver(channel("email", &data).as_ref(), &one()).await.unwrap();
    waiting::until("the mail is delivered", async || !postfix.mails().is_empty()).await;
    let mails = postfix.mails();
    assert_eq!(mails.len(), 1);
    for header in ["From: Platus <platus@lan.test>\n", "Subject: db is down\n", "Message-ID: <0190-key@lan.test>\n", "with ESMTPSA"]
    {
        assert!(mails[0].contains(header), "{header}: {}", mails[0]);
    }

    data["to"] = json!("nobody@lan.test");
    let error = deliver(channel("email", &data).as_ref(), &one()).await.unwrap_err();
    assert!(error.message.contains("refuses every recipient, nobody@lan.test: 550 5.1.1"), "{error}");
    data["password"] = json!("s3cret-and-wrong");
    let error = deliver(channel("email", &data).as_ref(), &one()).await.unwrap_err();
    assert_eq!(error.outlook, Outlook::Later);
    assert!(error.message.contains("refuses the login: 535 5.7.8"), "{error}");
    assert!(!error.message.contains("s3cret"), "{error}");
}
