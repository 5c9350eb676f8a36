//! Passwords as `users.yaml` has them: plain, or an argon2 hash in PHC format.

use super::argon2_memory::hash_into;
use super::foreign_hash::foreign_hash;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::password_hash::{Error, PasswordHasher};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a password is compared with. Neither printable nor serialisable.
#[derive(Clone)]
pub enum StoredPassword {
    /// It is not known, or cannot be verified; nothing matches it.
    Absent,
    /// The digest of a plain password. It is compared after a verification of the usual cost, so that a plain password is guessed no
    /// faster than a hashed one, and the time does not tell which it is.
    Plain([u8; 32]),
    /// A PHC string.
    Hash(String),
}

impl StoredPassword {
    /// Reads what stands in `users.yaml`. Text that only looks like a hash is a plain password; a hash that cannot be verified is
    /// none, for it would admit anyone who has seen it.
    pub fn new(text: &str) -> Self {
        match PasswordHash::new(text) {
            _ if unusable_hash(text).is_some() => Self::Absent,
            Ok(_) if text.starts_with("$argon2") => Self::Hash(text.to_owned()),
            _ => Self::Plain(digest(text)),
        }
    }

    /// Whether this is the password. Takes as long in each stored form: where there is no hash, `decoy` is verified in its place, and
    /// where there is a cheaper one, the rest of the work is done for nothing.
    pub fn matches(&self, password: &str, decoy: &Decoy) -> bool {
        match self {
            Self::Absent => {
                verifies(&decoy.0, password);
                false
            }
            Self::Plain(expected) => {
                verifies(&decoy.0, password);
                expected.ct_eq(&digest(password)).into()
            }
            Self::Hash(phc) => {
                let is_right = verifies(phc, password);
                decoy.rest_after(self).into_iter().for_each(|rest| spend(rest, password));
                is_right
            }
        }
    }

    /// What verifying costs, in KiB times passes; nothing but for hashes.
    fn cost(&self) -> Option<u64> {
        let Self::Hash(phc) = self else { return None };
        let params = Params::try_from(&PasswordHash::new(phc).ok()?).ok()?;
        Some(u64::from(params.m_cost()) * u64::from(params.t_cost()))
    }

    /// Changes when the password is changed. It tells nothing about the password to anybody without the key of the sessions, since it
    /// only ever stands in an encrypted cookie.
    pub fn fingerprint(&self) -> [u8; 32] {
        match self {
            Self::Absent => [0; 32],
            Self::Plain(password) => digest_bytes(password),
            Self::Hash(phc) => digest(phc),
        }
    }
}

/// Most of what verifying a hash may take: memory in KiB, memory times passes, and lanes. Some twenty times what [`hash`] takes.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_WORK: u64 = 1024 * 1024;
const MOST_LANES: u32 = 64;

/// A hash that is verified where there is none, so that the time does not tell who exists and how their password is stored.
#[derive(Clone)]
pub struct Decoy(String);

/// The hash of an unknown password, with the costs that [`hash`] has.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Decoy {
    /// As costly as the most costly hash among these, and at least as one that [`hash`] makes.
    pub fn like<'a>(passwords: impl Iterator<Item = &'a StoredPassword>) -> Self {
        let costly = passwords.filter_map(|password| Some((password.cost()?, password))).max_by_key(|(cost, _)| *cost);
        match costly {
            // It admits no one: it only stands in for passwords that are compared otherwise.
            Some((cost, StoredPassword::Hash(phc))) if Some(cost) > StoredPassword::Hash(DECOY.to_owned()).cost() => {
                Self(phc.clone())
            }
            _ => Self(DECOY.to_owned()),
        }
    }

    /// The work that is left when this hash has been verified instead. None when that is as costly, or nearly so.
    fn rest_after(&self, verified: &StoredPassword) -> Option<Params> {
        let own = Params::try_from(&PasswordHash::new(&self.0).ok()?).ok()?;
        let cost = u64::from(own.m_cost()) * u64::from(own.t_cost());
        let rest = cost.checked_sub(verified.cost()?)?;
        let passes = rest.div_ceil(u64::from(own.m_cost())).max(1);
        Params::new(u32::try_from(rest / passes).ok()?, u32::try_from(passes).ok()?, 1, None).ok()
    }
}

/// Does work that has no other purpose than to take its time.
fn spend(work: Params, password: &str) {
    let work = Argon2::new(Algorithm::default(), Version::default(), work);
    // Whatever comes of it, the time is spent.
    hash_into(&work, password.as_bytes(), &[0; 16], &mut [0; 32]).ok();
}

fn verifies(phc: &str, password: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else { return false };
    // Outputs are compared in a time that does not depend on where they differ.
    hash.hash.is_some() && hash.hash == computed(&hash, password)
}

/// What the password gives with the salt and the costs of this hash.
fn computed(hash: &PasswordHash, password: &str) -> Option<Output> {
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    let params = Params::try_from(hash).ok()?;
    let mut buffer = [0; Output::MAX_LENGTH];
    let out = buffer.get_mut(..params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN))?;
    hash_into(&Argon2::new(algorithm, version, params), password.as_bytes(), hash.salt.as_ref()?, out).ok()?;
    Output::new(out).ok()
}

/// Whether this is a hash that Platus verifies, and no plain password.
pub fn is_hash(text: &str) -> bool {
    matches!(StoredPassword::new(text), StoredPassword::Hash(_))
}

/// Why this is a hash that cannot be verified, so that its user cannot log in; nothing for any other text.
pub fn unusable_hash(text: &str) -> Option<String> {
    if is_broken_hash(text) {
        let problem =
            "this is no argon2 hash that can be verified: it is incomplete, or takes too long; make one with `platus users hash`";
        return Some(problem.to_owned());
    }
    let kind = foreign_hash(text)?;
    Some(format!(
        "this is a hash ({kind}) that Platus does not verify; give the hash that `platus users hash` makes of the password"
    ))
}

/// Whether this was meant as a hash and cannot be verified, for instance since it was cut off. As a plain password it would admit anyone
/// who has seen the file.
fn is_broken_hash(text: &str) -> bool {
    let is_meant = ["$argon2id$", "$argon2i$", "$argon2d$"].iter().any(|begin| text.starts_with(begin));
    is_meant && PasswordHash::new(text).map_or(true, |hash| hash.hash.is_none() || !is_affordable(&hash))
}

/// Whether a hash can be verified in about a second: one that takes minutes or gigabytes would keep out everybody who waits behind it.
fn is_affordable(hash: &PasswordHash) -> bool {
    Params::try_from(hash).is_ok_and(|params| {
        let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
        params.m_cost() <= MOST_MEMORY && work <= MOST_WORK && params.p_cost() <= MOST_LANES
    })
}

/// Hashes a password with argon2id and a random salt, as a PHC string for `users.yaml`.
pub fn hash(password: &str) -> Result<String, Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

fn digest(text: &str) -> [u8; 32] {
    digest_bytes(text.as_bytes())
}

fn digest_bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_that_is_cut_off_is_no_password() {
        let hashed = hash("admin").unwrap();
        assert!(!is_broken_hash(&hashed) && !is_broken_hash("admin") && !is_broken_hash("$argon2 is not a hash"));
        let (without_end, _) = hashed.rsplit_once('$').unwrap();
        for broken in [without_end, "$argon2id$v=19$m=19456,t=2,p=1$…", "$argon2id$v=19$broken", &format!("{hashed}$!!!")] {
            assert!(is_broken_hash(broken), "{broken}");
        }
    }

    #[test]
    fn a_hash_that_would_keep_everybody_waiting_is_not_verified() {
        let rest = DECOY.split_once("p=1").unwrap().1;
        let with = |costs: &str| format!("$argon2id$v=19${costs}{rest}");
        for costs in ["m=19456,t=2,p=1", "m=262144,t=4,p=4"] {
            assert!(!is_broken_hash(&with(costs)), "{costs}");
        }
        for costs in ["m=4194304,t=1,p=1", "m=19456,t=4294967295,p=1", "m=19456,t=2,p=16777215", "m=0,t=0,p=0"] {
            assert!(is_broken_hash(&with(costs)), "{costs}");
        }
    }

    #[test]
    fn plain_and_hashed_passwords_match_only_themselves() {
        let decoy = Decoy::like([].into_iter());
        for password in ["admin", "", "pässwörd", "12345", "$argon2 is not a hash", "a b\tc"] {
            let hashed = hash(password).unwrap();
            for stored in [StoredPassword::new(password), StoredPassword::new(&hashed)] {
                assert!(stored.matches(password, &decoy), "{password}");
                assert!(!stored.matches(&format!("{password}x"), &decoy), "{password}");
                assert!(!stored.matches("other", &decoy), "{password}");
            }
            assert!(is_hash(&hashed) && !is_hash(password));
            assert!(!StoredPassword::new(&hashed).matches(&hashed, &decoy), "the hash itself is not the password");
        }
    }

    #[test]
    fn what_cannot_be_verified_is_no_password() {
        let bcrypt = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
        for text in [bcrypt, "$argon2id$v=19$broken"] {
            assert!(matches!(StoredPassword::new(text), StoredPassword::Absent), "{text}");
        }
    }

    #[test]
    fn a_decoy_costs_what_a_real_hash_costs() {
        let costs = |phc: &str| phc.rsplitn(3, '$').last().map(str::to_owned);
        assert!(is_hash(DECOY));
        assert_eq!(costs(DECOY), costs(&hash("s3cret").unwrap()));
        let costly = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let passwords = ["plain", DECOY, costly, DECOY].map(StoredPassword::new);
        assert_eq!(Decoy::like(passwords.iter()).0, costly);
        assert!(!StoredPassword::new("plain").matches("nobody", &Decoy::like(passwords.iter())));
    }

    /// The time would tell who has a cheap hash, and so who exists.
    #[test]
    fn a_cheap_hash_costs_as_much_as_the_others() {
        let rest_of_phc = DECOY.split_once("p=1").unwrap().1;
        let with = |costs: &str| StoredPassword::new(&format!("$argon2id$v=19${costs}{rest_of_phc}"));
        let costs = ["m=8,t=1,p=1", "m=4096,t=3,p=1", "m=19456,t=1,p=1", "m=19456,t=2,p=1", "m=65536,t=3,p=4", "m=262144,t=4,p=1"];
        for most in 1..=costs.len() {
            let all: Vec<_> = costs[..most].iter().map(|costs| with(costs)).collect();
            let decoy = Decoy::like(all.iter());
            let whole = StoredPassword::Hash(decoy.0.clone()).cost().unwrap();
            assert!(whole >= StoredPassword::new(DECOY).cost().unwrap(), "a user who does not exist costs no less than usual");
            for hash in &all {
                let rest = decoy.rest_after(hash).map_or(0, |rest| u64::from(rest.m_cost()) * u64::from(rest.t_cost()));
                let spent = hash.cost().unwrap() + rest;
                assert!(spent.abs_diff(whole) * 100 <= whole, "{spent} of {whole}");
            }
        }
        let (weak, decoy) = (with("m=8,t=1,p=1"), Decoy::like([].into_iter()));
        assert!(!weak.matches("wrong", &decoy));
    }

    #[test]
    fn a_changed_password_has_another_fingerprint() {
        assert_ne!(StoredPassword::new("a").fingerprint(), StoredPassword::new("b").fingerprint());
        assert_eq!(StoredPassword::new("a").fingerprint(), StoredPassword::new("a").fingerprint());
        assert_ne!(StoredPassword::new(&hash("a").unwrap()).fingerprint(), StoredPassword::new(&hash("a").unwrap()).fingerprint());
    }
}
