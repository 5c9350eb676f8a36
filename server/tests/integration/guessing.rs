//! The effect of guessed passwords on users who know theirs. The addresses come from a trusted proxy, because a machine has few of its own.

use crate::budgets::resident;
use crate::command_line::Running;
use crate::test_app::{PATIENCE, TestApp, configuration};
use crate::waiting::eventually;
use reqwest::{Client, Method, Response, StatusCode};
use std::fmt::Write as _;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::task::JoinSet;

/// Users who log in for the first time during the flood.
const USERS: usize = 14;

/// Requests of the flood at a time.
const AT_ONCE: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_guesses_from_one_site_is_slow_and_locks_no_user_out() {
    // Each from another /64 of one /48.
    let tried = flood(|guess| Ipv6Addr::new(0x2001, 0xdb8, 7, u16::try_from(guess % 65_536).unwrap(), 0, 0, 0, 1).into()).await;
    // 80 at once and one a second after that; the rest is for a machine that is very slow.
    assert!(tried < 200, "{tried} guesses were tried");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_guesses_from_everywhere_keeps_no_other_user_out() {
    // Each from another /16.
    flood(|guess| Ipv4Addr::from_bits(0x0100_0001 + (u32::try_from(guess % 40_000).unwrap() << 16)).into()).await;
}

/// Guesses the password of one user from these addresses, while others log in for the first time, each from another address. Returns the
/// number of guesses.
async fn flood(from: fn(usize) -> IpAddr) -> usize {
    let folder = configuration("trusted_proxies: [127.0.0.1]\n", "{}");
    let mut users = "victim: {role: dev, password: 'a plain one'}\n".to_owned();
    for number in 0..USERS {
        writeln!(users, "user{number}: {{role: dev, password: right{number}}}").unwrap();
    }
    fs::write(folder.path().join("users.yaml"), users).unwrap();
    let app = Arc::new(TestApp::start_in(folder).await);

    let (stop, tried) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut guessers = JoinSet::new();
    for guesser in 0..AT_ONCE {
        let (app, stop, tried) = (Arc::clone(&app), Arc::clone(&stop), Arc::clone(&tried));
        guessers.spawn(async move {
            for guess in (guesser..).step_by(AT_ONCE) {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                match ask(&app, from(guess), "victim", &format!("guess {guess}")).await {
                    StatusCode::UNAUTHORIZED => drop(tried.fetch_add(1, Ordering::Relaxed)),
                    status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
                }
            }
        });
    }
    for number in 0..USERS {
        let address = Ipv6Addr::new(0x2001, 0xdb9, u16::try_from(number).unwrap(), 0, 0, 0, 0, 1).into();
        let status = ask(&app, address, &format!("user{number}"), &format!("right{number}")).await;
        assert_eq!(status, StatusCode::OK, "user{number}");
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = guessers.join_next().await {
        ended.unwrap();
    }
    tried.load(Ordering::Relaxed)
}

/// Guesses one after the other until the limit refuses one, and returns that answer. For a second it refuses the next one, too: the limit
/// forgives a guess every three seconds, on a slow machine also between two requests of a test.
pub async fn until_refused(guess: impl AsyncFn() -> Response) -> Response {
    eventually(async || {
        let answer = guess().await;
        let holds = answer.status() == StatusCode::TOO_MANY_REQUESTS && seconds_to_wait(&answer) > 1;
        if holds { Ok(answer) } else { Err(format!("a guess was answered with {}", answer.status())) }
    })
    .await
}

/// What an answer says in `Retry-After`, which is rounded up.
fn seconds_to_wait(answer: &Response) -> u64 {
    answer.headers()["retry-after"].to_str().unwrap().parse().unwrap()
}

async fn ask(app: &TestApp, address: IpAddr, user: &str, password: &str) -> StatusCode {
    let request = app.request(Method::GET, "/api/v1.0/status").header("x-forwarded-for", address.to_string());
    request.basic_auth(user, Some(password)).send().await.unwrap().status()
}

/// One after the other, each from another network.
const GUESSES: u16 = 60;

/// Less than the memory of two verifications.
const COST: usize = 32 << 20;

#[tokio::test]
async fn many_guesses_take_no_more_memory_than_a_few() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let folder = configuration("trusted_proxies: [127.0.0.1]\n", "{}");
    let running = Running::serve(folder.path());
    let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let url = format!("http://{}/api/v1.0/status", running.address());
    let guess = async |number: u16| {
        let from = Ipv6Addr::new(0x2001, 0xdb8, number, 0, 0, 0, 0, 1);
        let request =
            client.get(&url).basic_auth("admin", Some(format!("guess {number}"))).header("x-forwarded-for", from.to_string());
        assert_eq!(request.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    };
    guess(0).await;
    guess(1).await;
    let before = resident(running.id());
    for number in 2..GUESSES {
        guess(number).await;
    }
    let cost = resident(running.id()).saturating_sub(before);
    assert!(cost < COST, "{GUESSES} guesses took {} KiB more than two", cost >> 10);
}
