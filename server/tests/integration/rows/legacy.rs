//! The examples of the original's README, as they stand there, with real servers in the place of those that they name: the rows are
//! those that the README promises.

use super::board::{Rows, row, rows};
use crate::aws_ec2;
use crate::celery_worker;
use crate::command_line::{Running, serve};
use crate::servers::mongod::{MONITOR, ReplicaSet};
use crate::servers::rabbitmq::PASSWORD;
use crate::servers::redis::RedisServer;
use crate::targets::OddServer;
use crate::test_app::PATIENCE;
use crate::waiting::eventually;
use mongodb::bson::doc;
use reqwest::{Client, Method};
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use tokio::task::spawn_blocking;

/// No other test has instances there.
const REGION: &str = "eu-central-1";

const CONFIG: &str = "
services: data/services.yaml
users: data/users.yaml
check_interval: 1
persistent_data: True
persistent_data_backend:
  type: redis
  data:
    host: 127.0.0.1
    port: @REDIS@
notify: False
retries_before_notify: 3
vault: False
";

const USERS: &str = "
admin:
    role:
        - admin
    password: admin
user1:
    role:
        - dev
    password: pass
";

/// The names of some services are others than in the README, where several examples have the same.
const SERVICES: &str = r"
resource01:
    role: dev
    type: rest_http
    properties: {host: 127.0.0.1, port: @HTTP@, protocol: http, username: user, password: pass}
    data: {type: App, name: myapp01, url: /api/v1.0/health}
gitlab:
    type: rest_http
    properties: {host: 127.0.0.1, port: @HTTP@, protocol: http}
    data: {type: Git, name: gitlab, url: '/health_check?token=token123456', search: success}
contact:
    type: rest_http
    properties: {host: 127.0.0.1, port: @HTTP@, protocol: http}
    data:
        type: Git
        name: contact
        url: /contact/
        search: (\w+[.|\w])*@(\w+[.])*\w+
resource2:
    type: rest_http
    properties: {host: 127.0.0.1, port: @HTTP@, protocol: http}
    data:
        type: App
        name: myapp02
        url: /api/v1.0/health
        search:
            db: up
            status: healthy
puppet:
    type: rest_http
    properties: {host: 127.0.0.1, port: @HTTP@, protocol: http, request_format: text/pson}
    data: {type: App, name: app02, url: /check_health}
token:
    type: rest_http
    properties: {host: 127.0.0.1, port: @HTTP@, protocol: http, token: token123456}
    data: {type: App, name: myapp03, url: /api/v1.0/health}
mongodb:
    type: mongodb
    properties:
        host: @MONGODB@
        username: @MONGODB_USER@
        password: @MONGODB_PASSWORD@
        port: 27017
        protocol: mongodb
    data: {type: Database, name: mongodb}
celery:
    type: celery_worker
    properties: {host: 127.0.0.1, port: @RABBITMQ@, transport: amqp, username: platus, password: @RABBITMQ_PASSWORD@}
    data: {type: Worker, name: celery_w}
aws:
    type: aws_ec2
    properties: {region: eu-central-1, access_key: myaccesskey, secret_key: mysecretkey}
    data: {type: Infra, name: all}
aws-ids:
    type: aws_ec2
    properties: {region: eu-central-1, access_key: myaccesskey, secret_key: mysecretkey}
    data:
        type: Infra
        name: named
        ec2_instance_ids: @IDS@
aws-filters:
    type: aws_ec2
    properties: {region: eu-central-1, access_key: myaccesskey, secret_key: mysecretkey}
    data:
        type: Infra
        name: filtered
        ec2_filters:
            - Name: tag:Name
              Values:
                  - test
";

const HTTP_ROWS: [&str; 6] = ["myapp01", "gitlab", "contact", "myapp02", "app02", "myapp03"];

const ANSWER: &str = r#"{"db": "up", "status": "healthy", "login": "success", "mail": "ops@example.org"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_its_readme_have_their_rows() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let (redis, moto) = spawn_blocking(|| (RedisServer::start(&[]), aws_ec2::moto())).await.unwrap();
    let members = [doc! {}, doc! {}, doc! {}];
    let (set, shared) = tokio::join!(ReplicaSet::start(&members), celery_worker::shared());
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{ANSWER}", ANSWER.len());
    let http = OddServer::answering(answer);
    let tested = moto.run_instances(REGION, 1, &[("Name", "test")]);
    let others = moto.run_instances(REGION, 2, &[("Name", "other")]);
    let stopped = &others[1];
    moto.call("ec2", REGION, "StopInstances", &[("InstanceId.1", stopped)]);

    let folder = tempfile::tempdir().unwrap();
    let list = |texts: &[String]| serde_json::to_string(texts).unwrap();
    let services = SERVICES
        .replace("@HTTP@", &http.address.port().to_string())
        .replace("@MONGODB@", &list(&set.names()))
        .replace("@MONGODB_USER@", MONITOR.username)
        .replace("@MONGODB_PASSWORD@", MONITOR.password)
        .replace("@RABBITMQ@", &shared.rabbit.port.to_string())
        .replace("@RABBITMQ_PASSWORD@", PASSWORD)
        .replace("@IDS@", &list(&others));
    fs::create_dir(folder.path().join("data")).unwrap();
    for (file, content) in [
        ("config.yaml", CONFIG.replace("@REDIS@", &redis.port.to_string())),
        ("data/services.yaml", services),
        ("data/users.yaml", USERS.to_owned()),
    ] {
        fs::write(folder.path().join(file), content).unwrap();
    }
    let mut command = serve(folder.path());
    // AWS's own way to name another server than that of AWS.
    command.env("AWS_ENDPOINT_URL", moto.url());

    let mut expected: Vec<_> = HTTP_ROWS.iter().map(|name| format!("{name}/127.0.0.1 operational")).collect();
    expected.extend(set.names().iter().map(|member| format!("mongodb/{member} operational")));
    expected.extend(["new@shared", "old@shared"].map(|worker| format!("celery_w/{worker} operational")));
    let state = |id: &String| if id == stopped { "down" } else { "operational" };
    expected.extend(tested.iter().chain(&others).map(|id| format!("all/{id} {}", state(id))));
    expected.extend(others.iter().map(|id| format!("named/{id} {}", state(id))));
    expected.extend(tested.iter().map(|id| format!("filtered/{id} operational")));
    let expected = rows(&expected);

    // Once more on what its Redis has kept, and once more after a flush.
    for _ in 0..2 {
        let mut running = Running::start(&mut command);
        until_rows(running.address(), &expected).await;
        let flushed = request(running.address(), Method::POST, "/api/v1.0/flush_status").await;
        assert_eq!(flushed["result"], true);
        until_rows(running.address(), &expected).await;
        running.signal("-TERM");
        spawn_blocking(move || assert_eq!(running.end().0, Some(0))).await.unwrap();
    }
}

async fn request(address: SocketAddr, method: Method, path: &str) -> Value {
    let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let request = client.request(method, format!("http://{address}{path}")).basic_auth("admin", Some("admin"));
    request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
}

/// Waits until there are just these rows.
async fn until_rows(address: SocketAddr, expected: &Rows) {
    eventually(async || {
        let status = request(address, Method::GET, "/api/v1.0/status").await;
        let seen: Rows = status["result"].as_array().unwrap().iter().map(row).collect();
        let (surplus, missing): (Vec<_>, Vec<_>) = (seen.difference(expected).collect(), expected.difference(&seen).collect());
        if seen == *expected { Ok(()) } else { Err(format!("there should not be {surplus:?}, and there is no {missing:?}")) }
    })
    .await;
}
