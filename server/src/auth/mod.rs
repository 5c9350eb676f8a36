//! Who is there, and who sees what. [`can_see`] is the one function that decides about rows, and every surface asks it.

mod passwords;
mod roles;
mod sessions;
mod throttle;
mod users;

pub use passwords::hash;
pub use roles::{ADMIN, Principal, Roles, can_see};
pub use sessions::{SessionKey, Sessions};
pub use users::{Refusal, Users};
