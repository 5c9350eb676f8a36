//! Hashes that other programs make and Platus does not verify. Taken for plain passwords, they would admit anyone who has seen the
//! file.

/// Shorter texts are no hashes, even with the beginning of one.
const SHORTEST: usize = 20;

/// How hashes of `crypt` and its relatives begin, and what they are called.
const CRYPT: [(&str, &str); 17] = [
    ("$2$", "bcrypt"),
    ("$2a$", "bcrypt"),
    ("$2b$", "bcrypt"),
    ("$2x$", "bcrypt"),
    ("$2y$", "bcrypt"),
    ("$1$", "MD5 crypt"),
    ("$apr1$", "MD5 crypt"),
    ("$5$", "SHA-256 crypt"),
    ("$6$", "SHA-512 crypt"),
    ("$7$", "scrypt"),
    ("$scrypt$", "scrypt"),
    ("$y$", "yescrypt"),
    ("$gy$", "yescrypt"),
    ("$sha1$", "SHA-1 crypt"),
    ("$pbkdf2", "PBKDF2"),
    ("$P$", "phpass"),
    ("$H$", "phpass"),
];

/// How hashes of Werkzeug (Flask) and Django begin; a `$` stands in all of them.
const FRAMEWORKS: [(&str, &str); 6] = [
    ("pbkdf2:", "PBKDF2"),
    ("scrypt:", "scrypt"),
    ("pbkdf2_", "PBKDF2"),
    ("bcrypt$", "bcrypt"),
    ("bcrypt_sha256$", "bcrypt"),
    ("argon2$argon2", "Django"),
];

/// What kind of hash this is, if it is one that Platus does not verify.
pub fn foreign_hash(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST || text.contains(char::is_whitespace) {
        return None;
    }
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(begin, _)| text.starts_with(begin)).map(|(_, kind)| *kind);
    // The salt and the hash are separated in all but phpass.
    let framework = || find(&FRAMEWORKS).filter(|_| text.contains('$'));
    find(&CRYPT).or_else(framework).or_else(|| is_of_ldap(text).then_some("LDAP"))
}

/// Whether this is `{SSHA}` and the like, with base64 behind it.
fn is_of_ldap(text: &str) -> bool {
    let Some((scheme, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) else { return false };
    let is_scheme = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'$' | b'.');
    !scheme.is_empty() && scheme.bytes().all(is_scheme) && rest.len() >= SHORTEST && rest.bytes().all(is_base64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_other_programs_are_known_as_such() {
        for (text, kind) in [
            ("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "bcrypt"),
            ("$2y$10$.vGA1O9wmRjrwAVXD98HNOgsNpDczlqm3Jq7KnEd1rVAGv3Fykk1a", "bcrypt"),
            (
                "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1",
                "SHA-512 crypt",
            ),
            ("$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7", "yescrypt"),
            ("$apr1$ltVJMiKI$8sTnGKPoXFTd0j7ZKHyLa1", "MD5 crypt"),
            ("pbkdf2:sha256:260000$kQ1DhHSzGbVYLQyF$9c1c0f2b54dd24fd", "PBKDF2"),
            ("scrypt:32768:8:1$aaaaaaaaaaaaaaaa$0123456789abcdef", "scrypt"),
            ("pbkdf2_sha256$870000$salt$TQ5lGkvKjVmFZzjcSx8Jpw==", "PBKDF2"),
            ("{SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3", "LDAP"),
        ] {
            assert_eq!(foreign_hash(text), Some(kind), "{text}");
        }
    }

    #[test]
    fn passwords_are_none() {
        for text in [
            "",
            "admin",
            "$2b$12$",
            "$6$ is six dollars, and a long sentence",
            "{A}b",
            "pbkdf2: how I hash my passwords",
            "$dollar$",
        ] {
            assert_eq!(foreign_hash(text), None, "{text}");
        }
        assert_eq!(foreign_hash(&crate::auth::hash("admin").unwrap()), None);
    }
}
