//! Endpoints whose name has several addresses or letters beyond ASCII.

use super::status_checks::{check, running};
use super::*;
use net::testing::half_dead;

#[tokio::test]
async fn an_address_that_takes_no_connection_is_named() {
    let stub = running(check("systemStatus", "ok") + &check("instanceStatus", "ok"));
    let _hole = half_dead("xn--mnchen-3ya.ec2.test", stub.port());
    let properties = account(&format!("http://münchen.ec2.test:{}", stub.port()), "eu-west-1");
    let service = looking::service("aws_ec2", &properties, &json!({}));
    let note = "127.0.0.2 took no connection, 127.0.0.1 answered";
    let rows = service.check().await.unwrap();
    assert_eq!(
        (rows[0].state, rows[0].message.as_deref(), rows[0].notes.clone()),
        (State::Operational, Some(note), vec![note.to_owned()])
    );
    // The second check is on the connection of the first.
    assert_eq!(service.check().await.unwrap()[0].notes, Vec::<String>::new());
}
