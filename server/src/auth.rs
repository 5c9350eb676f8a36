//! Authentication and authorisation. [`can_see`] is the one function that decides about rows, and every route asks it.

mod argon2_memory;
mod revoked_sessions;
mod foreign_hash;
mod keys;
mod networks;
mod passwords;
mod principal;
mod session_id;
mod session_key;
mod sessions;
mod login_rate_limiter;
mod turns;
mod users;
mod verifier;
mod credential_cache;

pub use foreign_hash::foreign_hash;
pub use keys::{ApiKey, Keys, NewKey};
pub use model::Roles;
pub use passwords::{hash, is_hash, unusable_hash};
pub use principal::{ADMIN, OPERATOR, Permission, Principal, can_see};
pub use revoked_sessions::RevokedSessions;
pub use session_key::SessionKey;
pub use sessions::{Resumed, Sessions};
pub use users::{NewPassword, Refusal, Users};
