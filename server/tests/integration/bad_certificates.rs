//! Certificates that are bad in ways that real ones are, made with `openssl`. `tls` and `rest_http` say the same of them: which
//! certificate is at fault, and what is wrong with it.

use crate::looking::look_at_one;
use crate::servers::openssl::{Certificate, Flaws, TlsServer};
use model::State;
use serde_json::json;

/// `{server}` stands for host and port.
async fn check(flaws: Flaws, expected: &str) {
    check_trusting(true, flaws, expected).await;
}

/// The same for services that may not trust the root.
async fn check_trusting(root: bool, flaws: Flaws, expected: &str) {
    let server = TlsServer::flawed(&flaws);
    let expected = expected.replace("{server}", &format!("127.0.0.1:{}", server.port));
    let properties = |protocol: Option<&str>| {
        let mut properties = json!({"host": "127.0.0.1", "port": server.port, "ca": if root { server.root.as_str() } else { "" }});
        properties.as_object_mut().unwrap().extend(protocol.map(|protocol| ("protocol".to_owned(), json!(protocol))));
        properties
    };
    let seen = look_at_one("tls", &properties(None), &json!({})).await.unwrap_or_else(|error| panic!("unknown: {error}"));
    let message = seen.message.unwrap_or_default();
    assert_eq!(seen.state, State::Down, "{message}");
    assert_eq!(message.split("; valid from ").next().unwrap(), expected);
    let unknown = look_at_one("rest_http", &properties(Some("https")), &json!({})).await.unwrap_err();
    assert_eq!(unknown, expected);
}

fn own(change: impl FnOnce(&mut Certificate)) -> Flaws {
    let mut flaws = Flaws::default();
    change(&mut flaws.own);
    flaws
}

fn authority(change: impl FnOnce(&mut Certificate)) -> Flaws {
    let mut flaws = Flaws::default();
    change(&mut flaws.authority);
    flaws
}

const OWN: &str = "the certificate of {server}";
const AUTHORITY: &str = "the certificate of the authority Authority, which {server} sends along,";
const REPLACE: &str = "replace it, or set `verify: false`";

#[tokio::test]
async fn the_one_that_has_expired_is_named() {
    let past = ["20200101000000Z", "20210101000000Z"];
    check(authority(|one| one.validity = past), &format!("{AUTHORITY} has expired on 2021-01-01")).await;
    check(own(|one| one.validity = past), &format!("{OWN} has expired on 2021-01-01")).await;
    let future = ["20480101000000Z", "20491231235959Z"];
    check(authority(|one| one.validity = future), &format!("{AUTHORITY} is not valid yet, but from 2048-01-01")).await;
}

#[tokio::test]
async fn a_missing_intermediate_is_named() {
    let flaws = Flaws { sends_authority: false, ..Flaws::default() };
    let missing = "is not trusted: the server does not send the intermediate certificate Authority; let it send the whole chain, or \
                   add Authority to `ca`";
    check(flaws, &format!("{OWN} {missing}")).await;

    // Certificates of public authorities say where that of the intermediate one is.
    let mut public = flaws;
    public.own.extensions = "basicConstraints=CA:FALSE\nsubjectAltName=IP:127.0.0.1\n\
                             authorityInfoAccess=caIssuers;URI:http://authority.test/authority.crt";
    check_trusting(false, public, &format!("{OWN} {missing}")).await;
    let unknown = "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`";
    check_trusting(false, flaws, &format!("{OWN} {unknown}")).await;
    check_trusting(false, Flaws::default(), &format!("{OWN} {unknown}")).await;
}

#[tokio::test]
async fn a_certificate_without_any_name_says_so() {
    let nameless = "is for no name: it has no subject alternative name, and its common name localhost does not count";
    check(own(|one| one.extensions = "basicConstraints=CA:FALSE"), &format!("{OWN} {nameless}; {REPLACE}")).await;
}

#[tokio::test]
async fn weak_keys_and_digests_are_named() {
    let key = format!("is not trusted (its RSA key has 1024 bits; from 2048 to 8192 are accepted); {REPLACE}");
    check(own(|one| one.key = "rsa:1024"), &format!("{OWN} {key}")).await;
    check(authority(|one| one.key = "rsa:1024"), &format!("{AUTHORITY} {key}")).await;
    let digest = format!("is not trusted (signed with SHA-1, which is too weak); {REPLACE}");
    check(own(|one| one.digest = "sha1"), &format!("{OWN} {digest}")).await;
    check(authority(|one| one.digest = "sha1"), &format!("{AUTHORITY} {digest}")).await;
    let mut rsa = authority(|one| one.key = "rsa:2048");
    rsa.own.digest = "sha1";
    check(rsa, &format!("{OWN} {digest}")).await;
}

#[tokio::test]
async fn extensions_that_forbid_the_use_are_named() {
    let strange = format!("is not trusted (a critical extension that is not known here, OID 1.2.3.4); {REPLACE}");
    let extensions = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n1.2.3.4=critical,ASN1:UTF8String:x";
    check(own(|one| one.extensions = extensions), &format!("{OWN} {strange}")).await;
    let extensions = "basicConstraints=critical,CA:TRUE\n1.2.3.4=critical,ASN1:UTF8String:x";
    check(authority(|one| one.extensions = extensions), &format!("{AUTHORITY} {strange}")).await;

    let purpose = format!("is not trusted (it is not for servers, as its extended key usage says); {REPLACE}");
    let extensions = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=clientAuth";
    check(own(|one| one.extensions = extensions), &format!("{OWN} {purpose}")).await;
    let no_authority = format!("is not trusted (it is not for an authority, but has signed another); {REPLACE}");
    check(authority(|one| one.extensions = "basicConstraints=CA:FALSE"), &format!("{AUTHORITY} {no_authority}")).await;
}
