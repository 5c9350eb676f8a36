//! Advice in messages about TLS: which key to set, if the service, channel or store has such keys.

/// The TLS keys that the reader of a message can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// `ca` and `verify`.
    pub trust: bool,
    /// `cert` and `key`.
    pub identity: bool,
}

impl Keys {
    pub const NONE: Self = Self { trust: false, identity: false };
    pub const TRUST: Self = Self { trust: true, identity: false };
    pub const ALL: Self = Self { trust: true, identity: true };
}

/// What to do about a certificate of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    None,
    TrustAuthority,
    TrustCertificate,
    Replace,
    /// With the name of the intermediate authority that is missing.
    SendChain(String),
}

impl Advice {
    /// The end of a message.
    pub(crate) fn text(&self, keys: Keys) -> String {
        match (self, keys.trust) {
            (Self::None, _) => String::new(),
            (Self::TrustAuthority, true) => "; add the authority as `ca`, or set `verify: false`".to_owned(),
            (Self::TrustAuthority, false) => "; add the authority to those of this machine".to_owned(),
            (Self::TrustCertificate, true) => "; add it as `ca`, or set `verify: false`".to_owned(),
            (Self::TrustCertificate, false) => "; add it to the authorities of this machine".to_owned(),
            (Self::Replace, true) => "; replace it, or set `verify: false`".to_owned(),
            (Self::Replace, false) => "; it has to be replaced".to_owned(),
            (Self::SendChain(issuer), true) => format!("; let it send the whole chain, or add {issuer} to `ca`"),
            (Self::SendChain(issuer), false) => {
                format!("; let it send the whole chain, or add {issuer} to the authorities of this machine")
            }
        }
    }
}

/// The end of a message about a missing or rejected client certificate. `advice` is for those who can set one.
pub(crate) fn client_certificate(keys: Keys, advice: &str) -> String {
    if keys.identity { format!("; {advice} `cert` and `key`") } else { ", and none can be given here".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate_reason::OWN_AUTHORITY;
    use crate::failure::tls;
    use rustls::{AlertDescription, CertificateError, OtherError};
    use std::io;
    use std::sync::Arc;

    #[test]
    fn only_keys_that_exist_are_advised() {
        use rustls::Error::{AlertReceived, InvalidCertificate};
        let unknown = InvalidCertificate(CertificateError::UnknownIssuer);
        assert!(tls(&unknown, "a:1", Keys::TRUST).contains("`ca`"));
        for error in [
            unknown,
            InvalidCertificate(CertificateError::BadEncoding),
            InvalidCertificate(CertificateError::Other(OtherError(Arc::new(io::Error::other(OWN_AUTHORITY))))),
            AlertReceived(AlertDescription::CertificateRequired),
            AlertReceived(AlertDescription::HandshakeFailure),
            AlertReceived(AlertDescription::UnknownCA),
        ] {
            let message = tls(&error, "a:1", Keys::ALL);
            assert!(message.contains('`'), "{message}");
            let without_keys = tls(&error, "a:1", Keys::NONE);
            assert!(!without_keys.contains('`'), "{without_keys}");
        }
    }

    /// A server with TLS 1.2 has no other alert for it.
    #[test]
    fn a_failed_handshake_is_reported_with_its_likely_reason() {
        let message = tls(&rustls::Error::AlertReceived(AlertDescription::HandshakeFailure), "a:1", Keys::ALL);
        let expected = "a:1 refuses the TLS connection (handshake failure): most likely it wants a certificate of the client, or another \
                        one; look at `cert` and `key`";
        assert_eq!(message, expected);
    }
}
