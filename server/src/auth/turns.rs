//! The queue of password verifications. Verification is slow by design, one runs at a time, and the queue is short; a flood of guesses must
//! not fill it. Logins from networks and for users with recent wrong passwords, or with many logins in the queue, have a lower priority.

use super::networks::{self, Network};
use parking_lot::{Mutex, MutexGuard};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Places of the queue for credentials that are not known. Each verification takes some tens of milliseconds.
const WAITING: usize = 32;

/// The longest wait for a turn.
const LONGEST: Duration = Duration::from_secs(10);

/// How many wrong passwords a waiting login counts for, against another one of the same network or user.
const CROWD: u32 = 10;

/// Gives turns, one at a time.
#[derive(Clone, Default)]
pub(super) struct Turns {
    state: Arc<Mutex<State>>,
}

/// A login that waits for its turn.
pub(super) struct Claim<'a> {
    pub address: IpAddr,
    /// The name of the user; empty for all names without a user.
    pub user: &'a str,
    /// How often passwords were wrong lately, from the networks of this address and for this user.
    pub suspicion: u32,
    /// Whether these credentials are known to have been right. They come first, and have a place in any case.
    pub is_known: bool,
}

/// A turn, until it is dropped.
pub(super) struct Turn {
    turns: Option<Turns>,
}

#[derive(Default)]
struct State {
    is_taken: bool,
    /// In the order of their arrival.
    waiting: Vec<Waiter>,
    /// How many of them belong to each network and user.
    crowds: HashMap<Crowd, u32>,
}

/// What several logins can have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Crowd {
    Network(Network),
    User(String),
}

struct Waiter {
    crowds: Vec<Crowd>,
    suspicion: u32,
    is_known: bool,
    turn: oneshot::Sender<Turn>,
}

impl Turns {
    /// Waits for a turn. `None` if the queue is full, if logins with a higher priority displace this one, or after the longest wait.
    pub(super) async fn wait(&self, claim: Claim<'_>) -> Option<Turn> {
        let (turn, mine) = oneshot::channel();
        {
            let mut state = self.state();
            if !state.is_taken {
                state.is_taken = true;
                return Some(Turn { turns: Some(self.clone()) });
            }
            let user = Crowd::User(claim.user.to_owned());
            let crowds = networks::of(claim.address).map(Crowd::Network).chain([user]).collect();
            let waiter = Waiter { crowds, suspicion: claim.suspicion, is_known: claim.is_known, turn };
            state.enter(waiter);
        }
        timeout(LONGEST, mine).await.ok()?.ok()
    }

    // Every change under the lock is complete when it can panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    /// Takes a place. If the queue is full, the login with the lowest priority is removed, which may be the new one.
    fn enter(&mut self, waiter: Waiter) {
        self.add(waiter);
        if self.waiting.iter().filter(|waiter| !waiter.is_known).count() <= WAITING {
            return;
        }
        let gone = self.waiting.iter().position(|waiter| waiter.turn.is_closed());
        // Among equals, the latest.
        let last = || self.unknown().max_by_key(|&(index, waiter)| (self.rank(waiter), index)).map(|(index, _)| index);
        if let Some(index) = gone.or_else(last) {
            self.remove(index);
        }
    }

    /// The next login: known credentials first, then the highest priority, then the earliest.
    fn next(&mut self) -> Option<Waiter> {
        let known = self.waiting.iter().position(|waiter| waiter.is_known);
        let first = || self.unknown().min_by_key(|&(index, waiter)| (self.rank(waiter), index)).map(|(index, _)| index);
        known.or_else(first).map(|index| self.remove(index))
    }

    fn unknown(&self) -> impl Iterator<Item = (usize, &Waiter)> {
        self.waiting.iter().enumerate().filter(|(_, waiter)| !waiter.is_known)
    }

    /// The higher, the later.
    fn rank(&self, waiter: &Waiter) -> u32 {
        let others = waiter.crowds.iter().map(|crowd| self.crowds.get(crowd).map_or(0, |members| members.saturating_sub(1)));
        others.fold(waiter.suspicion, |rank, others| rank.saturating_add(others.saturating_mul(CROWD)))
    }

    fn add(&mut self, waiter: Waiter) {
        for crowd in &waiter.crowds {
            *self.crowds.entry(crowd.clone()).or_default() += 1;
        }
        self.waiting.push(waiter);
    }

    fn remove(&mut self, index: usize) -> Waiter {
        let waiter = self.waiting.remove(index);
        for crowd in &waiter.crowds {
            if let Some(members) = self.crowds.get_mut(crowd) {
                *members -= 1;
                if *members == 0 {
                    self.crowds.remove(crowd);
                }
            }
        }
        waiter
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(turns) = self.turns.take() else { return };
        loop {
            let waiter = {
                let mut state = turns.state();
                let Some(waiter) = state.next() else {
                    state.is_taken = false;
                    return;
                };
                waiter
            };
            match waiter.turn.send(Turn { turns: Some(turns.clone()) }) {
                Ok(()) => return,
                // It timed out; the turn passes to the next.
                Err(mut turn) => turn.turns = None,
            }
        }
    }
}

#[cfg(test)]
mod tests;
