//! Who is there, and who sees what. [`can_see`] is the one function that decides about rows, and every surface asks it.

mod argon2_memory;
mod ended;
mod foreign_hash;
mod keys;
mod networks;
mod passwords;
mod principal;
mod session_key;
mod sessions;
mod throttle;
mod turns;
mod users;
mod verifier;
mod verified;

pub use ended::EndedSessions;
pub use foreign_hash::foreign_hash;
pub use keys::{ApiKey, Keys, NewKey};
pub use model::Roles;
pub use passwords::{hash, is_hash, unusable_hash};
pub use principal::{ADMIN, OPERATOR, Principal, Verb, can_see};
pub use session_key::SessionKey;
pub use sessions::{Resumed, Sessions};
pub use users::{Refusal, Users};
