//! Validity of the certificates of an answer.

use crate::Expectation;
use chrono::{DateTime, Utc};
use net::http::Response;
use x509_parser::parse_x509_certificate;

const SECONDS_OF_A_DAY: i64 = 86_400;

/// The certificate of a server, in DER.
pub(super) struct Certificate {
    /// Host and port of its server.
    pub(super) server: String,
    pub(super) der: Vec<u8>,
}

impl Certificate {
    /// The server certificate of an answer; `None` without TLS.
    pub(super) fn of(response: &Response, server: String) -> Option<Self> {
        let der = response.certificate()?.to_vec();
        Some(Self { server, der })
    }

    /// When it expires; `None` if it cannot be read, which happens only without verification.
    fn expiry(&self) -> Option<DateTime<Utc>> {
        let (_, certificate) = parse_x509_certificate(&self.der).ok()?;
        DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)
    }
}

/// Whether the certificates of all servers on the way to an answer are valid for `days` from `now` on. The expectation describes
/// the one that expires first.
pub(super) fn expectation(days: u32, certificates: &[Certificate], now: DateTime<Utc>) -> Expectation {
    let expected = format!("a certificate with {} left", in_days(days.into()));
    let Some(first) = certificates.iter().min_by_key(|certificate| certificate.expiry()) else {
        return Expectation::new(expected, "none", false);
    };
    // With redirects, the server is named.
    let of = if certificates.len() > 1 { format!(" of {}", first.server) } else { String::new() };
    let Some(expiry) = first.expiry() else {
        return Expectation::new(expected, format!("one{of} that cannot be read"), false);
    };
    let left = (expiry - now).num_seconds().div_euclid(SECONDS_OF_A_DAY);
    let seen = match left {
        0.. => format!("one{of} with {} left, until {}", in_days(left), expiry.format("%Y-%m-%d")),
        _ => format!("one{of} that expired on {}", expiry.format("%Y-%m-%d")),
    };
    Expectation::new(expected, seen, left >= i64::from(days))
}

fn in_days(days: i64) -> String {
    format!("{days} {}", if days == 1 { "day" } else { "days" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    /// Until 2046-11-18.
    const SELF_SIGNED: &str = "\
-----BEGIN CERTIFICATE-----
MIIBqDCCAU6gAwIBAgIUbMHiLQbKJt3YIIGuJLahEq1IxL8wCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc2VsZi1zaWduZWQudGVzdDAeFw0yNjExMjMxNTM3NTVaFw00
NjExMTgxNTM3NTVaMBsxGTAXBgNVBAMMEHNlbGYtc2lnbmVkLnRlc3QwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQ97JyuS2F/s52UC9P971bOgKMg0GwqoIuZo/lL
i1R67yN/NfAOn6tnJ7ljW5V1fpz18qKJjdsHzr6Z8KaZUSR+o3AwbjAdBgNVHQ4E
FgQUIaYoUGw4VWGBOxwXOYtqKgE3E7kwHwYDVR0jBBgwFoAUIaYoUGw4VWGBOxwX
OYtqKgE3E7kwDwYDVR0TAQH/BAUwAwEB/zAbBgNVHREEFDASghBzZWxmLXNpZ25l
ZC50ZXN0MAoGCCqGSM49BAMCA0gAMEUCIDt9iWPWDfHqmRAbfhkFPTjfnDi3jvPR
v+vLm11rgvloAiEAnSVz2o/FXPoLt48CyWU4YyEV8/SNAXzumS33NNfEpRY=
-----END CERTIFICATE-----
";

    fn certificate(server: &str, der: Option<&[u8]>) -> Certificate {
        let readable = || CertificateDer::from_pem_slice(SELF_SIGNED.as_bytes()).unwrap().to_vec();
        Certificate { server: server.to_owned(), der: der.map_or_else(readable, <[u8]>::to_vec) }
    }

    #[track_caller]
    fn check(days: u32, now: &str, certificates: &[Certificate], met: bool, seen: &str) {
        let expectation = expectation(days, certificates, now.parse().unwrap());
        assert_eq!((expectation.met, expectation.seen.as_str()), (met, seen), "{days} days on {now}");
    }

    #[test]
    fn days_are_whole_ones() {
        let one = [certificate("a.test:443", None)];
        check(14, "2046-11-04T15:37:54Z", &one, true, "one with 14 days left, until 2046-11-18");
        check(14, "2046-11-04T15:37:56Z", &one, false, "one with 13 days left, until 2046-11-18");
        check(2, "2046-11-17T15:37:54Z", &one, false, "one with 1 day left, until 2046-11-18");
        check(0, "2046-11-18T15:37:54Z", &one, true, "one with 0 days left, until 2046-11-18");
        check(0, "2046-11-18T15:37:56Z", &one, false, "one that expired on 2046-11-18");
    }

    #[test]
    fn the_first_to_expire_is_told() {
        let now = "2046-01-01T00:00:00Z";
        let unreadable = certificate("b.test:443", Some(b"no certificate"));
        check(1, now, &[], false, "none");
        check(1, now, &[certificate("a.test:443", None), unreadable], false, "one of b.test:443 that cannot be read");
        let both = [certificate("a.test:443", None), certificate("b.test:443", None)];
        check(1, now, &both, true, "one of a.test:443 with 321 days left, until 2046-11-18");
    }
}
