//! ICMP echo requests and replies.

use std::hash::{BuildHasher, RandomState};

/// Type, code, checksum, identifier and sequence number, of IPv4 and IPv6 alike.
const HEADER: usize = 8;

/// Length of the payload, which the reply repeats.
const TOKEN: usize = 16;

/// Maximum size of a reply with the longest IPv4 header.
pub(super) const LONGEST: usize = 60 + HEADER + TOKEN;

/// ICMP for IPv4 or IPv6, which differ only in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Four,
    Six,
}

impl Version {
    fn request(self) -> u8 {
        match self {
            Self::Four => 8,
            Self::Six => 128,
        }
    }

    fn reply(self) -> u8 {
        match self {
            Self::Four => 0,
            Self::Six => 129,
        }
    }
}

/// The pings of one check. Their random token distinguishes their replies from those to other processes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Echo {
    version: Version,
    token: [u8; TOKEN],
}

impl Echo {
    pub(super) fn new(version: Version) -> Self {
        let mut token = [0; TOKEN];
        for half in token.chunks_exact_mut(TOKEN / 2) {
            // A new state has random keys.
            half.copy_from_slice(&RandomState::new().hash_one(()).to_ne_bytes());
        }
        Self { version, token }
    }

    /// The request to send. For datagram sockets the system sets identifier and checksum.
    pub(super) fn request(&self, sequence: u16) -> [u8; HEADER + TOKEN] {
        let mut message = [0; HEADER + TOKEN];
        message[0] = self.version.request();
        message[4..6].copy_from_slice(&self.token[..2]);
        message[6..8].copy_from_slice(&sequence.to_be_bytes());
        message[HEADER..].copy_from_slice(&self.token);
        // The checksum of ICMPv6 includes the addresses, so the system always computes it.
        if self.version == Version::Four {
            let sum = checksum(&message);
            message[2..4].copy_from_slice(&sum.to_be_bytes());
        }
        message
    }

    /// The sequence number of the request that this reply answers; `None` for other messages. Without IPv4 header.
    pub(super) fn answered(&self, message: &[u8]) -> Option<u16> {
        let (header, token) = message.split_at_checked(HEADER)?;
        let is_reply = header.starts_with(&[self.version.reply(), 0]) && token == self.token;
        is_reply.then(|| u16::from_be_bytes([header[6], header[7]]))
    }
}

/// Removes the IPv4 header, which raw sockets deliver.
pub(super) fn without_header(packet: &[u8]) -> &[u8] {
    let words = packet.first().map_or(0, |first| first & 0x0f);
    packet.get(usize::from(words) * 4..).unwrap_or_default()
}

/// The Internet checksum (RFC 1071) of an even number of bytes.
fn checksum(message: &[u8]) -> u16 {
    let words = message.chunks_exact(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    // The sum fits into 16 bits.
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a host makes of a request.
    fn reply(version: Version, mut message: Vec<u8>) -> Vec<u8> {
        message[0] = version.reply();
        message
    }

    #[test]
    fn replies_are_told_from_everything_else() {
        for version in [Version::Four, Version::Six] {
            let echo = Echo::new(version);
            let request = echo.request(513).to_vec();
            let reply = reply(version, request.clone());
            assert_eq!(echo.answered(&reply), Some(513));
            // The request itself comes back, too, on the loopback interface.
            assert_eq!(echo.answered(&request), None);
            assert_eq!(Echo::new(version).answered(&reply), None);
            assert_eq!(echo.answered(&reply[..reply.len() - 1]), None);
            assert_eq!(echo.answered(&[]), None);
            let longer = [&reply[..], &[0]].concat();
            assert_eq!(echo.answered(&longer), None);
        }
    }

    #[test]
    fn the_checksum_makes_the_sum_of_all_words_zero() {
        let request = Echo::new(Version::Four).request(7);
        assert_eq!(checksum(&request), 0);
        // The example of RFC 1071, section 3.
        assert_eq!(checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), !0xddf2);
    }

    #[test]
    fn headers_are_taken_off() {
        let packet = [&[0x45][..], &[0; 19], b"rest"].concat();
        assert_eq!(without_header(&packet), b"rest");
        for broken in [&[][..], &[0x4f], &[0x45; 19]] {
            assert_eq!(without_header(broken), b"");
        }
    }
}
