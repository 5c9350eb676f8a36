//! Whose password is verified next. Verifying is slow by design, one is verified at a time, and not many may wait; so a flood of guesses
//! must not take all turns. Networks and users for which passwords were wrong lately, or for which much is waiting already, come after all
//! others and give way to them.

use super::networks::{self, Network};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Logins of unknown standing that may wait. At some tens of milliseconds each, none waits for long.
const WAITING: usize = 32;

/// How long a turn is waited for.
const LONGEST: Duration = Duration::from_secs(10);

/// What a login that waits already counts against another of the same network or user, in wrong passwords.
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

/// The turn of one, until it is dropped.
pub(super) struct Turn {
    turns: Option<Turns>,
}

#[derive(Default)]
struct State {
    is_taken: bool,
    /// In the order in which they came.
    waiting: Vec<Waiter>,
    /// How many of them belong to each network and user.
    crowds: HashMap<Crowd, u32>,
}

/// What logins have in common.
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
    /// Waits for a turn. Nothing when there is no place to wait, when others need it more, and when it takes too long.
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

    // What is done under the lock leaves it whole wherever it might end.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes a place. When there is none, the one who has to yield to all others leaves, be it the new one.
    fn enter(&mut self, waiter: Waiter) {
        self.add(waiter);
        if self.waiting.iter().filter(|waiter| !waiter.is_known).count() <= WAITING {
            return;
        }
        let gone = self.waiting.iter().position(|waiter| waiter.turn.is_closed());
        // Of equals the latest.
        let last = || self.unknown().max_by_key(|&(index, waiter)| (self.rank(waiter), index)).map(|(index, _)| index);
        if let Some(index) = gone.or_else(last) {
            self.remove(index);
        }
    }

    /// Who is next: credentials that were right before, then the one to whom all others have to yield; of equals the earliest.
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
                // It has given up; the turn is passed on here.
                Err(mut turn) => turn.turns = None,
            }
        }
    }
}

#[cfg(test)]
mod tests;
