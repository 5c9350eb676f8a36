//! Advice in messages: what to set, where there is a key for it.

/// Which of the keys that messages advise to set there are.
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

    /// A message without advice to set a key that there is not.
    pub fn advise(self, message: String) -> String {
        let trust = [
            ("; add the authority as `ca`, or set `verify: false`", "; add the authority to those of this machine"),
            ("; add it as `ca`, or set `verify: false`", "; add it to the authorities of this machine"),
            ("; replace it, or set `verify: false`", "; it has to be replaced"),
            (" to `ca`", " to the authorities of this machine"),
        ];
        let identity = [
            ("; set `cert` and `key`", ", and none can be given here"),
            ("; look at `cert` and `key`", ", and none can be given here"),
        ];
        let trust = trust.into_iter().filter(|_| !self.trust);
        let identity = identity.into_iter().filter(|_| !self.identity);
        trust.chain(identity).fold(message, |message, (advice, instead)| message.replace(advice, instead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{OWN_AUTHORITY, tls};
    use rustls::{AlertDescription, CertificateError, OtherError};
    use std::io;
    use std::sync::Arc;

    #[test]
    fn only_keys_that_exist_are_advised() {
        use rustls::Error::{AlertReceived, InvalidCertificate};
        let unknown = || tls(&InvalidCertificate(CertificateError::UnknownIssuer), "a:1");
        assert!(Keys::TRUST.advise(unknown()).contains("`ca`"));
        for error in [
            InvalidCertificate(CertificateError::UnknownIssuer),
            InvalidCertificate(CertificateError::BadEncoding),
            InvalidCertificate(CertificateError::Other(OtherError(Arc::new(io::Error::other(OWN_AUTHORITY))))),
            AlertReceived(AlertDescription::CertificateRequired),
            AlertReceived(AlertDescription::HandshakeFailure),
            AlertReceived(AlertDescription::UnknownCA),
        ] {
            let message = tls(&error, "a:1");
            assert!(message.contains('`'), "{message}");
            let fitted = Keys::NONE.advise(message);
            assert!(!fitted.contains('`'), "{fitted}");
        }
    }

    /// A server that speaks TLS 1.2 has no other alert for it.
    #[test]
    fn a_failed_handshake_is_told_with_its_likely_reason() {
        let message = tls(&rustls::Error::AlertReceived(AlertDescription::HandshakeFailure), "a:1");
        let expected = "a:1 refuses the TLS connection (handshake failure): most likely it wants a certificate of the client, or another \
                        one; look at `cert` and `key`";
        assert_eq!(message, expected);
    }
}
