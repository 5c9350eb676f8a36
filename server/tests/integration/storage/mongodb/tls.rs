//! Servers of which the configuration says nothing about TLS, or says it.

use super::*;
use crate::servers::mongod::TlsFiles;

#[tokio::test]
async fn without_a_word_about_tls_it_is_spoken_with_a_server_that_takes_it() {
    let files = TlsFiles::new();
    let (with_tls, without) = (files.settings("requireTLS"), Vec::new());
    let mut mongod = Mongod::start(&with_tls.iter().map(String::as_str).collect::<Vec<_>>());
    let hosts = [mongod.name()];
    let untrusted = "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`";
    assert_unusable(open(&hosts, json!({})).load().await, untrusted);
    assert_away(open(&hosts, json!({"tls": false})).load().await, "no server that takes writes was found");

    let store = open(&hosts, json!({"verify": false}));
    store.load().await.unwrap();
    store.commit(&commit(1)).await.unwrap();
    // It is asked anew when it speaks in another way than before.
    for (number, settings) in [(2, &without), (3, &with_tls)] {
        mongod.restart_with(&settings.iter().map(String::as_str).collect::<Vec<_>>());
        waiting::eventually(async || store.commit(&commit(number)).await).await;
    }
    assert_eq!(open(&hosts, json!({"verify": false})).load().await.unwrap().last_commit, 3);
    store.close().await.unwrap();
}
