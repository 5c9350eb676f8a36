//! The messages: an ICMP echo request, and the reply to it.

use std::hash::{BuildHasher, RandomState};

/// Type, code, checksum, identifier and sequence number, of IPv4 and IPv6 alike.
const HEADER: usize = 8;

/// Follows the header, and comes back in the reply.
const TOKEN: usize = 16;

/// As large as every message that is of interest, with the longest header of IPv4 before it.
pub(super) const LONGEST: usize = 60 + HEADER + TOKEN;

/// The two versions of the protocol, which differ in numbers only.
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

/// The pings of one check. What they carry tells their replies from those to the pings of everybody else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Echo {
    version: Version,
    token: [u8; TOKEN],
}

impl Echo {
    pub(super) fn new(version: Version) -> Self {
        let mut token = [0; TOKEN];
        for half in token.chunks_exact_mut(TOKEN / 2) {
            // A new state is keyed at random.
            half.copy_from_slice(&RandomState::new().hash_one(()).to_ne_bytes());
        }
        Self { version, token }
    }

    /// The message to send. For a datagram socket the system fills in identifier and checksum itself.
    pub(super) fn request(&self, sequence: u16) -> [u8; HEADER + TOKEN] {
        let mut message = [0; HEADER + TOKEN];
        message[0] = self.version.request();
        message[4..6].copy_from_slice(&self.token[..2]);
        message[6..8].copy_from_slice(&sequence.to_be_bytes());
        message[HEADER..].copy_from_slice(&self.token);
        // The checksum of version 6 is over the addresses, too, and therefore always the work of the system.
        if self.version == Version::Four {
            let sum = checksum(&message);
            message[2..4].copy_from_slice(&sum.to_be_bytes());
        }
        message
    }

    /// Which request this is the reply to; `None` when it is anything else. The header of IPv4 must have been taken off.
    pub(super) fn answered(&self, message: &[u8]) -> Option<u16> {
        let (header, token) = message.split_at_checked(HEADER)?;
        let is_reply = header.starts_with(&[self.version.reply(), 0]) && token == self.token;
        is_reply.then(|| u16::from_be_bytes([header[6], header[7]]))
    }
}

/// Takes the header off that a raw socket of IPv4 gives along.
pub(super) fn without_header(packet: &[u8]) -> &[u8] {
    let words = packet.first().map_or(0, |first| first & 0x0f);
    packet.get(usize::from(words) * 4..).unwrap_or_default()
}

/// The sum of the Internet protocols, as RFC 1071 has it, of an even number of bytes.
fn checksum(message: &[u8]) -> u16 {
    let words = message.chunks_exact(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    // No more than 16 bits are left.
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
