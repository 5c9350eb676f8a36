//! Refusals of AWS, and missing responses.

use super::limits::looking_at;
use super::*;
use crate::servers::ec2_stub::Ec2Stub;
use crate::servers::free_port;
use crate::servers::moto::elements;
use crate::targets::{OddServer, targets};
use std::time::{Duration, Instant};

const REGION: &str = "eu-west-1";

/// A moto that looks at keys and rights, with the keys of three users.
struct Guarded {
    moto: MotoServer,
    /// May do what the check does.
    reader: (String, String),
    /// May describe instances, but not their status checks.
    half: (String, String),
    /// May do nothing.
    neither: (String, String),
}

fn guarded() -> &'static Guarded {
    static GUARDED: LazyLock<Guarded> = LazyLock::new(|| {
        let moto = MotoServer::start_with_authorization_after(10);
        moto.run_instances(REGION, 1, &[]);
        Guarded {
            reader: user(&moto, "reader", &["ec2:DescribeInstances", "ec2:DescribeInstanceStatus"]),
            half: user(&moto, "half", &["ec2:DescribeInstances"]),
            neither: user(&moto, "neither", &["s3:ListBucket"]),
            moto,
        }
    });
    &GUARDED
}

/// Takes three requests. Returns the key of the new user and its secret.
fn user(moto: &MotoServer, name: &str, rights: &[&str]) -> (String, String) {
    let statement = json!({"Effect": "Allow", "Action": rights, "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let version = ("Version", "2010-05-08");
    moto.call("iam", REGION, "CreateUser", &[version, ("UserName", name)]);
    let policy = [version, ("UserName", name), ("PolicyName", "rights"), ("PolicyDocument", &policy)];
    moto.call("iam", REGION, "PutUserPolicy", &policy);
    let answer = moto.call("iam", REGION, "CreateAccessKey", &[version, ("UserName", name)]);
    (elements(&answer, "AccessKeyId").remove(0), elements(&answer, "SecretAccessKey").remove(0))
}

async fn look_with(key: &str, secret: &str) -> Result<Vec<Observation>, String> {
    let properties = looking_at(&guarded().moto.url(), json!({"access_key": key, "secret_key": secret}));
    looking::look("aws_ec2", &properties, &json!({})).await
}

#[tokio::test]
async fn wrong_keys_and_missing_permissions_are_distinguished() {
    let Guarded { reader, half, neither, .. } = guarded();
    let rows = look_with(&reader.0, &reader.1).await.unwrap();
    assert_eq!(rows[0].state, State::Operational);

    let refused = "AWS does not accept the credentials (AuthFailure); look at `access_key` and `secret_key`";
    assert_eq!(look_with(&reader.0, "marker-wrong").await.unwrap_err(), refused);
    assert_eq!(look_with("AKIAUNKNOWN", &reader.1).await.unwrap_err(), refused);

    let forbidden = |action: &str| format!("the credentials give no right to do this (AccessDenied); allow them `ec2:{action}`");
    assert_eq!(look_with(&neither.0, &neither.1).await.unwrap_err(), forbidden("DescribeInstances"));
    assert_eq!(look_with(&half.0, &half.1).await.unwrap_err(), forbidden("DescribeInstanceStatus"));
}

/// The codes are those of "Error codes for the Amazon EC2 API".
#[tokio::test]
async fn what_moto_does_not_refuse_is_reported_with_the_code_of_aws() {
    let throttled = |code| format!("AWS takes no more requests of this account now ({code}); check less often");
    let expired = |code| format!("the credentials have expired ({code}); renew them, or set the clock of this machine");
    let forbidden = |code| format!("the credentials give no right to do this ({code}); allow them `ec2:DescribeInstances`");
    let fault = |code| format!("AWS has a fault of its own ({code})");
    for (status, code, expected) in [
        (503, "RequestLimitExceeded", throttled("RequestLimitExceeded")),
        (400, "Throttling", throttled("Throttling")),
        (400, "RequestExpired", expired("RequestExpired")),
        (400, "ExpiredToken", expired("ExpiredToken")),
        (403, "UnauthorizedOperation", forbidden("UnauthorizedOperation")),
        (500, "InternalError", fault("InternalError")),
        (503, "Unavailable", fault("Unavailable")),
        (401, "OptInRequired", "AWS refuses the request (OptInRequired): What AWS says.".to_owned()),
        (400, "InvalidParameterValue", "AWS refuses the request (InvalidParameterValue): What AWS says.".to_owned()),
    ] {
        let stub = Ec2Stub::refusing(status, code, "What AWS says.");
        let properties = looking_at(&stub.url(), json!({"timeout": 2}));
        assert_eq!(looking::look("aws_ec2", &properties, &json!({})).await.unwrap_err(), expected);
        assert!(stub.requests().len() <= 3, "{code}: {} requests", stub.requests().len());
    }
}

#[tokio::test]
async fn what_passes_by_itself_is_asked_for_again() {
    let stub = Ec2Stub::answering({
        let n_requests = std::sync::atomic::AtomicUsize::new(0);
        move |_| match n_requests.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => (503, crate::servers::ec2_stub::refusal("RequestLimitExceeded", "Request limit exceeded.")),
            _ => (200, super::limits::page(&["i-0a"], "stopped", None)),
        }
    });
    assert_eq!(look(&stub.url(), REGION, json!({})).await.unwrap().len(), 1);
    assert_eq!(stub.requests().len(), 2);
}

#[tokio::test]
async fn no_server_answers() {
    let port = free_port();
    let error = look(&format!("http://127.0.0.1:{port}"), REGION, json!({})).await.unwrap_err();
    assert_eq!(error, format!("connection refused by 127.0.0.1:{port}"));

    let error = look("http://no-such-name.invalid:5000", REGION, json!({})).await.unwrap_err();
    assert_eq!(error, "the name of no-such-name.invalid:5000 could not be resolved");

    let hanging = OddServer::hanging();
    let begun = Instant::now();
    let properties = looking_at(&format!("http://{}", hanging.address), json!({"timeout": 0.5}));
    let error = looking::look("aws_ec2", &properties, &json!({})).await.unwrap_err();
    assert_eq!(error, "no complete list of instances from AWS within 0.5 s");
    assert!(begun.elapsed() >= Duration::from_millis(500));
}

#[tokio::test]
async fn another_server_answers() {
    let port = targets().port("HTTP");
    let error = look(&format!("http://127.0.0.1:{port}/503"), REGION, json!({})).await.unwrap_err();
    assert!(error.starts_with(&format!("127.0.0.1:{port} answers, but not as the EC2 API does (HTTP ")), "{error}");
    let page = Ec2Stub::answering(|_| (200, "<html>It works!</html>".to_owned()));
    let error = look(&page.url(), REGION, json!({})).await.unwrap_err();
    assert_eq!(
        error,
        format!("127.0.0.1:{} answers, but not as the EC2 API does (HTTP 200); look at `endpoint_url` and at proxies", page.port())
    );

    let port = targets().port("HTTPS");
    let error = look(&format!("https://127.0.0.1:{port}"), REGION, json!({})).await.unwrap_err();
    assert!(error.starts_with(&format!("the certificate of 127.0.0.1:{port} is not trusted (unknown issuer)")), "{error}");
}

#[tokio::test]
async fn trust_can_be_widened() {
    let port = targets().port("HTTPS");
    let url = format!("https://127.0.0.1:{port}");
    for more in [json!({"ca": targets().file("CA")}), json!({"verify": false})] {
        let error = looking::look("aws_ec2", &looking_at(&url, more), &json!({})).await.unwrap_err();
        assert!(error.starts_with(&format!("127.0.0.1:{port} answers, but not as the EC2 API does (HTTP ")), "{error}");
    }
    let wrong = looking::connect("aws_ec2", &looking_at(&url, json!({"ca": "marker"})), &json!({})).err().unwrap();
    assert!(wrong.contains("`ca` holds no certificate in PEM") && !wrong.contains("marker"), "{wrong}");
}

#[tokio::test]
async fn no_message_holds_a_secret() {
    for (status, code) in [(403, "SignatureDoesNotMatch"), (401, "AuthFailure"), (400, "Whatever")] {
        let stub = Ec2Stub::refusing(status, code, "The signature is wrong");
        let error = look(&stub.url(), REGION, json!({})).await.unwrap_err();
        assert!(error.contains(code) && !error.contains("marker"), "{error}");
    }
}
