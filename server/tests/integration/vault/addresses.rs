//! Names of Vault with several addresses, international names, and IPv6 with a zone.

use super::documented::{Documented, version_2};
use super::{connect, read};
use net::testing::half_dead;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One that has a secret.
async fn vault(address: IpAddr) -> Documented {
    let answers = |what: &str| match what {
        "GET /v1/secret/data/apps/shop" => version_2(json!({"password": "s3cret"})),
        _ => (404, json!({"errors": []})),
    };
    Documented::play_at(address, move |asked| answers(&asked.what)).await
}

#[tokio::test]
async fn vault_is_reached_by_every_kind_of_name() {
    let (old, new) = (vault(Ipv4Addr::LOCALHOST.into()).await, vault(Ipv6Addr::LOCALHOST.into()).await);
    let _hole = half_dead("xn--mnchen-3ya.vault.test", old.port);
    // The loopback interface is the first of every machine.
    for (host, port) in [("münchen.vault.test", old.port), ("::1", new.port), ("::1%1", new.port), ("[::1%251]", new.port)] {
        let client = connect(&format!("vault_backend: {{host: '{host}', port: {port}, protocol: http, token: t}}\n"));
        assert_eq!(read(&client, "apps/shop#password").await.as_deref(), Ok("s3cret"), "{host}");
    }
}
