//! Shares of long-lived resources such as event streams: neither a user nor a client address can lock out all others.

use crate::auth::Principal;
use model::Exhausted;
use parking_lot::Mutex;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;

/// How many there may be at a time, and who has how many.
#[derive(Debug)]
pub struct UserShares {
    all: usize,
    /// Of `all`, those that only administrators get.
    for_administrators: usize,
    per_user: usize,
    per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// Users and addresses without any are not in it.
    users: HashMap<String, usize>,
    addresses: HashMap<IpAddr, usize>,
}

/// One of them. It is free again when this is dropped.
#[derive(Debug)]
pub struct Share {
    shares: Arc<UserShares>,
    user: String,
    address: Option<IpAddr>,
}

impl UserShares {
    /// A quarter is for one user, and a quarter for one address. The last eighth is for administrators.
    pub fn new(all: usize) -> Self {
        let quarter = (all / 4).max(1);
        Self { all, for_administrators: all / 8, per_user: quarter, per_address: quarter, taken: Mutex::default() }
    }

    /// Takes one for this caller. API keys share with the user for whom they act. Administrators are not bound by the share of their
    /// address, which others may have exhausted. `address` is absent for one that stands for many clients.
    pub fn take(self: &Arc<Self>, caller: &Principal, address: Option<IpAddr>) -> Result<Share, Exhausted> {
        let (user, address) = (caller.user(), address.filter(|_| !caller.is_admin()));
        let mut taken = self.taken.lock();
        if number(&taken.users, user) >= self.per_user {
            return Err(Exhausted::User);
        }
        if address.is_some_and(|address| number(&taken.addresses, &address) >= self.per_address) {
            return Err(Exhausted::Address);
        }
        if taken.all >= if caller.is_admin() { self.all } else { self.all - self.for_administrators } {
            return Err(Exhausted::All);
        }
        taken.all += 1;
        *taken.users.entry(user.to_owned()).or_default() += 1;
        if let Some(address) = address {
            *taken.addresses.entry(address).or_default() += 1;
        }
        Ok(Share { shares: Arc::clone(self), user: user.to_owned(), address })
    }
}

impl Share {
    /// How many there are now, of all users.
    pub fn taken(&self) -> usize {
        self.shares.taken.lock().all
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.shares.taken.lock();
        taken.all = taken.all.saturating_sub(1);
        release(&mut taken.users, &self.user);
        if let Some(address) = &self.address {
            release(&mut taken.addresses, address);
        }
    }
}

fn number<K: Hash + Eq + Borrow<Q>, Q: Hash + Eq + ?Sized>(taken: &HashMap<K, usize>, key: &Q) -> usize {
    taken.get(key).copied().unwrap_or_default()
}

fn release<K: Hash + Eq>(taken: &mut HashMap<K, usize>, key: &K) {
    if let Some(number) = taken.get_mut(key) {
        *number = number.saturating_sub(1);
        if *number == 0 {
            taken.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{ADMIN, Permission};

    #[test]
    fn neither_a_user_nor_an_address_keeps_others_out_and_an_administrator_gets_in() {
        let shares = Arc::new(UserShares::new(16));
        let user = |name: &str| Principal::new(name, [if name == ADMIN { ADMIN } else { "dev" }].into_iter().collect());
        let address = |number: u8| Some(IpAddr::from([192, 0, 2, number]));
        let take = |name: &str, from: u8| shares.take(&user(name), address(from));
        let mut held: Vec<_> = (1..=4).map(|from| take("a", from).unwrap()).collect();
        assert_eq!(take("a", 5).unwrap_err(), Exhausted::User);
        let key = user("a").delegate("a (key)", None, Permission::View);
        assert_eq!(shares.take(&key, address(5)).unwrap_err(), Exhausted::User, "a key shares with its user");
        held.extend(["b", "c", "d"].map(|name| take(name, 1).unwrap()));
        assert_eq!(take("e", 1).unwrap_err(), Exhausted::Address);
        held.push(shares.take(&user("b"), None).unwrap());
        held.extend((0..2).map(|_| take(ADMIN, 1).unwrap()));
        held.extend((0..4).map(|_| take("e", 6).unwrap()));
        assert_eq!(take("f", 7).unwrap_err(), Exhausted::All);
        held.extend((0..2).map(|_| take(ADMIN, 1).unwrap()));
        assert_eq!(held[0].taken(), 16);
        held.remove(0);
        assert!(take("a", 1).is_err() && take("f", 7).is_err(), "what is free now is for administrators");
        drop(held);
        let taken = shares.taken.lock();
        assert!(taken.all == 0 && taken.users.is_empty() && taken.addresses.is_empty(), "{taken:?}");
    }
}
