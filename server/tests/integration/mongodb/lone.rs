//! Servers that are no members of a set.

use super::*;
use crate::servers::mongod::Mongod;

#[tokio::test]
async fn a_server_without_a_set_is_told() {
    let mut mongod = Mongod::start(&[]);
    let name = mongod.name();
    let service = service(&json!({"host": name}), &json!({}));
    let told = async || service.check().await.unwrap_err().message;
    assert_eq!(
        told().await,
        format!("no replica set, but a standalone server, is at {name}; name a member of a set, or start it with --replSet")
    );
    mongod.restart_with(&["--replSet", "rs0"]);
    // The connection of before is broken, which is nothing to tell.
    assert_eq!(told().await, format!("the replica set is not initiated at {name}; run rs.initiate() there"));
}
