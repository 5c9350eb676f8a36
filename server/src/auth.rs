//! Authentication and authorisation. [`can_see`] is the one function that decides about rows, and every route asks it.

mod api_key;
mod argon2_memory;
mod revoked_sessions;
mod foreign_hash;
mod created_keys;
mod key_expiry;
mod key_looks;
mod key_request;
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

pub use api_key::{ApiKey, NewKey, digest_of_hex, hex_of_digest};
pub use foreign_hash::foreign_hash;
pub use key_expiry::expiry_of;
pub use key_looks::{KeyLooks, LookRequest};
pub use key_request::{NewKeyRequest, key_name, within_bounds};
pub use keys::{Keys, ListedKey};
pub use model::Roles;
pub use passwords::{hash, is_hash, unusable_hash};
pub use principal::{ADMIN, OPERATOR, Permission, Principal, SCOPES, can_see};
pub use revoked_sessions::RevokedSessions;
pub use session_key::SessionKey;
pub use sessions::{Resumed, Sessions};
pub use users::{NewPassword, Refusal, Users};
