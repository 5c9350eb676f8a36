//! As whom AWS is asked when the service gives no keys: the program itself in an environment of its own, as an operator would run it.

use super::*;
use crate::servers::free_port;
use crate::targets::{OddServer, targets};
use crate::test_app::configuration;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A home with these two files of AWS in it.
fn home(config: &str, credentials: &str) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    fs::write(home.path().join(".aws/config"), config).unwrap();
    fs::write(home.path().join(".aws/credentials"), credentials).unwrap();
    home
}

/// What `platus probe` says of a service with these properties. Its environment holds nothing but `HOME` and `environment`.
fn probe(home: &Path, environment: &[(&str, &str)], properties: &Value) -> Vec<Value> {
    let services = json!({"machines": {"role": ["dev"], "type": "aws_ec2", "properties": properties, "data": {}}});
    let folder = configuration("{}", &services.to_string());
    let mut command = Command::new(env!("CARGO_BIN_EXE_platus"));
    command.args(["probe", "--json", "--config"]).arg(folder.path().join("config.yaml"));
    command.env_clear().env("HOME", home).envs(environment.iter().copied()).stdin(Stdio::null());
    let output = command.output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// Nothing answers where the metadata of an instance would be.
fn without_metadata() -> String {
    format!("http://127.0.0.1:{}", free_port())
}

#[track_caller]
fn assert_sees(rows: &[Value], ids: &[String]) {
    let nodes: Vec<_> = rows.iter().map(|row| row["node"].as_str().unwrap()).collect();
    assert_eq!(nodes, ids, "{rows:?}");
    assert!(rows.iter().all(|row| row["state"] == "operational"), "{rows:?}");
}

#[track_caller]
fn assert_unknown(rows: &[Value], beginning: &str) {
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0]["node"], &rows[0]["state"]), (&json!("n/a"), &json!("unknown")));
    let message = rows[0]["message"].as_str().unwrap();
    assert!(message.starts_with(beginning), "{message}");
}

/// As with AWS's own tools behind a proxy that breaks TLS open.
#[test]
fn the_authorities_of_the_environment_are_trusted() {
    let (home, port) = (home("", ""), targets().port("HTTPS"));
    let properties = account(&format!("https://127.0.0.1:{port}"), "eu-west-1");
    let untrusted = format!("the certificate of 127.0.0.1:{port} is not trusted (unknown issuer)");
    assert_unknown(&probe(home.path(), &[], &properties), &untrusted);
    let bundle = targets().get("CA");
    let answered = format!("127.0.0.1:{port} answers, but not as the EC2 API does (HTTP ");
    assert_unknown(&probe(home.path(), &[("AWS_CA_BUNDLE", bundle)], &properties), &answered);
    let absent = "AWS_CA_BUNDLE names `/no/such/file`, which cannot be read: ";
    assert_unknown(&probe(home.path(), &[("AWS_CA_BUNDLE", "/no/such/file")], &properties), absent);
}

#[test]
fn a_profile_gives_keys_and_region() {
    let region = "ca-central-1";
    let ids = moto().run_instances(region, 1, &[]);
    let config = format!("[profile monitor]\nregion = {region}\n");
    let keys = "[monitor]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = marker\n";
    let home = home(&config, keys);
    let metadata = without_metadata();
    // The keys in the environment belong to another account.
    let environment = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.as_str()), ("AWS_REGION", "us-west-2")];
    let properties = json!({"profile": "monitor", "endpoint_url": moto().url(), "region": region});
    assert_sees(&probe(home.path(), &environment, &properties), &ids);
    let properties = json!({"profile": "monitor", "endpoint_url": moto().url()});
    assert_sees(&probe(home.path(), &environment[..1], &properties), &ids);

    let properties = json!({"profile": "monitro", "endpoint_url": moto().url(), "region": region});
    assert_unknown(&probe(home.path(), &environment, &properties), "no credentials: profile `monitro` was not defined");
}

#[test]
fn the_role_of_a_profile_is_assumed() {
    let region = "sa-east-1";
    let ids = moto().run_instances(region, 1, &[]);
    let config = "[profile monitor]\nrole_arn = arn:aws:iam::123456789012:role/monitor\nsource_profile = base\n";
    let keys = "[base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = marker\n";
    let home = home(config, keys);
    let (metadata, url) = (without_metadata(), moto().url());
    let environment = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.as_str()), ("AWS_ENDPOINT_URL", url.as_str())];
    assert_sees(&probe(home.path(), &environment, &json!({"profile": "monitor", "region": region})), &ids);
}

#[test]
fn the_environment_and_the_metadata_give_credentials() {
    let region = "ap-southeast-2";
    let ids = moto().run_instances(region, 1, &[]);
    let (home, url, metadata) = (home("", ""), moto().url(), without_metadata());
    let properties = json!({"endpoint_url": url, "region": region});
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "marker"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.as_str()),
    ];
    assert_sees(&probe(home.path(), &keys, &properties), &ids);
    let metadata = instance_metadata();
    let instance = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.as_str())];
    assert_sees(&probe(home.path(), &instance, &properties), &ids);
}

#[test]
fn without_credentials_the_row_says_what_to_give() {
    let home = home("", "");
    let metadata = without_metadata();
    let environment = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.as_str())];
    let properties = json!({"endpoint_url": moto().url(), "region": "eu-west-1", "timeout": 20});
    let message = "no credentials in the environment, in a profile, or in the instance metadata; give `access_key` and `secret_key`, \
                   or a `profile`, or a role to the machine";
    assert_unknown(&probe(home.path(), &environment, &properties), message);
}

/// Many machines let requests for metadata run into nothing.
#[test]
fn metadata_that_does_not_answer_delays_no_check_past_the_deadline() {
    let (home, hanging) = (home("", ""), OddServer::hanging());
    let metadata = format!("http://{}", hanging.address);
    let environment = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.as_str())];
    let begun = Instant::now();
    // The SDK itself would wait for a second.
    let rows = probe(home.path(), &environment, &json!({"endpoint_url": moto().url(), "region": "eu-west-1", "timeout": 0.2}));
    assert_unknown(&rows, "no credentials from AWS within 0.2 s");
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

/// The address of a server that answers as the instance metadata do on an instance with a role. That of moto gives tokens without the
/// time for which they hold.
fn instance_metadata() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut request).unwrap();
            let head: Vec<String> = reader.lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            let shows_token = head.iter().any(|line| line.eq_ignore_ascii_case("x-aws-ec2-metadata-token: token"));
            let (status, body) = match request.split(' ').nth(1).unwrap() {
                "/latest/api/token" if request.starts_with("PUT ") => (200, "token"),
                "/latest/meta-data/iam/security-credentials/" if shows_token => (200, "monitor"),
                "/latest/meta-data/iam/security-credentials/monitor" if shows_token => (200, CREDENTIALS_OF_ROLE),
                _ => (404, ""),
            };
            write!(
                stream,
                "HTTP/1.1 {status} Status\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\nConnection: close\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
        }
    });
    format!("http://{address}")
}

const CREDENTIALS_OF_ROLE: &str = r#"{"Code": "Success", "LastUpdated": "2026-01-01T00:00:00Z", "Type": "AWS-HMAC",
    "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "marker", "Token": "marker", "Expiration": "2099-01-01T00:00:00Z"}"#;
