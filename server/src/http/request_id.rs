use std::fmt;

/// The id of a request, as in the log: 16 hexadecimal digits, chosen by Platus. An id that a client sends is ignored, because it could
/// be made to match another request's.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(u64);

impl RequestId {
    pub fn random() -> Self {
        Self(fastrand::u64(..))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
