//! An unreliable receiver of HTTP requests.

use super::receiver::read;
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    /// Three of ten requests fail: half of those are taken all the same, and the answer is lost.
    FailsOften,
    /// Closes the connection after a request.
    Away,
    /// Answers after a call of [`Fickle::answer`].
    Slow,
}

pub(crate) struct Fickle {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Notified when a request may be answered.
    bell: Arc<Condvar>,
}

struct State {
    mood: Mood,
    keys: HashSet<String>,
    /// Service and kind of each alert whose delivery came for the first time.
    delivered: Vec<(String, String)>,
    repetitions: usize,
    requests: usize,
    taken: usize,
    answers_lost: usize,
    failed: usize,
    /// Requests whose answers were held back, and how many of them, the earliest first, are answered.
    held: usize,
    answered: usize,
}

impl Fickle {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            mood: Mood::Well,
            keys: HashSet::new(),
            delivered: Vec::new(),
            repetitions: 0,
            requests: 0,
            taken: 0,
            answers_lost: 0,
            failed: 0,
            held: 0,
            answered: 0,
        }));
        let bell = Arc::<Condvar>::default();
        let fickle = Self { address, state: Arc::clone(&state), bell: Arc::clone(&bell) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, bell) = (Arc::clone(&state), Arc::clone(&bell));
                thread::spawn(move || serve(stream, &state, &bell));
            }
        });
        fickle
    }

    pub(crate) fn be(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
        self.bell.notify_all();
    }

    /// Answers all who wait for a slow answer. False if there are none.
    pub(crate) fn answer(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        let is_anybody_waiting = state.answered < state.held;
        state.answered = state.held;
        self.bell.notify_all();
        is_anybody_waiting
    }

    pub(crate) fn delivered(&self) -> Vec<(String, String)> {
        self.state.lock().unwrap().delivered.clone()
    }

    pub(crate) fn repetitions(&self) -> usize {
        self.state.lock().unwrap().repetitions
    }

    /// A row of the table, and begins to count anew.
    pub(crate) fn row(&self, mood: Mood, kills: usize) -> String {
        let mut state = self.state.lock().unwrap();
        let State { requests, taken, answers_lost, failed, .. } = *state;
        (state.requests, state.taken, state.answers_lost, state.failed) = (0, 0, 0, 0);
        format!("{:<12} {kills:>6} {requests:>9} {taken:>7} {answers_lost:>12} {failed:>6}", format!("{mood:?}"))
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>, bell: &Condvar) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let Some(request) = read(&mut reader) else { return };
        let mood = state.lock().unwrap().mood;
        if mood == Mood::Away {
            let mut state = state.lock().unwrap();
            (state.requests, state.failed) = (state.requests + 1, state.failed + 1);
            return;
        }
        let fails = mood == Mood::FailsOften && chance(30);
        let is_taken = !fails || chance(50);
        {
            let mut state = state.lock().unwrap();
            state.requests += 1;
            if is_taken {
                state.take(&request.headers["idempotency-key"], &request.json());
            }
            match (fails, is_taken) {
                (false, _) => state.taken += 1,
                (true, true) => state.answers_lost += 1,
                (true, false) => state.failed += 1,
            }
        }
        if mood == Mood::Slow {
            let mut state = state.lock().unwrap();
            state.held += 1;
            let place = state.held;
            drop(bell.wait_while(state, |state| state.mood == Mood::Slow && state.answered < place).unwrap());
        }
        if fails && is_taken {
            return;
        }
        let answer: &[u8] = match fails {
            true => b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
            false => b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        };
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}

impl State {
    fn take(&mut self, key: &str, delivery: &Value) {
        if !self.keys.insert(key.to_owned()) {
            self.repetitions += 1;
            return;
        }
        for alert in delivery["alerts"].as_array().unwrap() {
            let text = |name: &str| alert[name].as_str().unwrap().to_owned();
            self.delivered.push((text("service"), text("kind")));
        }
    }
}

/// So often in a hundred.
pub(crate) fn chance(percent: u64) -> bool {
    // Each of these hashes with keys of its own.
    RandomState::new().hash_one(0) % 100 < percent
}
