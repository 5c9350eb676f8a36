use super::*;
use std::net::{Ipv4Addr, Ipv6Addr};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const NEXT_DOOR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 2));

/// The limits of one client for one user.
const PAIR: Limit = limit(20, 3000);

fn version_6(site: u16, network: u16, host: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, site, network, 0, 0, 0, host))
}

#[test]
fn a_burst_is_forgiven_then_one_at_a_time() {
    let (limiter, start) = (LoginRateLimiter::default(), Instant::now());
    for _ in 0..PAIR.burst {
        assert_eq!(limiter.wait(HERE, "admin", start), None);
        limiter.failed(HERE, "admin", start);
    }
    assert_eq!(limiter.wait(HERE, "admin", start), Some(PAIR.refill));
    assert_eq!(limiter.wait(HERE, "admin", start + PAIR.refill), None, "one is forgiven");
    limiter.failed(HERE, "admin", start + PAIR.refill);
    assert_eq!(limiter.wait(HERE, "admin", start + PAIR.refill), Some(PAIR.refill));
    assert_eq!(limiter.wait(HERE, "admin", start + PAIR.refill * 1000), None, "all are forgiven in time");
}

#[test]
fn another_address_or_user_is_not_held_up() {
    let (limiter, now) = (LoginRateLimiter::default(), Instant::now());
    (0..PAIR.burst * 2).for_each(|_| limiter.failed(HERE, "admin", now));
    assert!(limiter.wait(HERE, "admin", now).is_some());
    assert_eq!(limiter.wait(THERE, "admin", now), None);
    assert_eq!(limiter.wait(NEXT_DOOR, "admin", now), None);
    assert_eq!(limiter.wait(HERE, "dev", now), None);
}

#[test]
fn one_password_on_many_names_is_guessing_too() {
    let (limiter, now) = (LoginRateLimiter::default(), Instant::now());
    (0..100).for_each(|user| limiter.failed(HERE, &user.to_string(), now));
    assert_eq!(limiter.wait(HERE, "never tried", now), Some(Duration::from_secs(1)));
    assert_eq!(limiter.wait(THERE, "never tried", now), None);
}

#[test]
fn many_addresses_that_guess_do_not_keep_a_clean_one_out() {
    let (limiter, now) = (LoginRateLimiter::default(), Instant::now());
    let address = |number: u32| IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + number));
    for round in 0..10 {
        (0..1000).filter(|number| number % 10 >= round).for_each(|number| limiter.failed(address(number), "admin", now));
    }
    assert!(limiter.wait(address(9), "admin", now).is_some(), "it has guessed ten times");
    let later = now + Duration::from_secs(60);
    (0..1000).for_each(|number| limiter.failed(address(1000 + number), "admin", later));
    assert!(limiter.wait(address(9), "admin", later).is_some(), "it is not clean again a minute later");
    assert_eq!(limiter.wait(address(0), "admin", now), None, "it was wrong once");
    assert_eq!(limiter.wait(HERE, "admin", now), None);
}

#[test]
fn a_subscriber_with_many_addresses_is_one() {
    let (limiter, now) = (LoginRateLimiter::default(), Instant::now());
    (0..PAIR.burst as u16).for_each(|host| limiter.failed(version_6(0, 1, host), "admin", now));
    assert!(limiter.wait(version_6(0, 1, 999), "admin", now).is_some());
    assert_eq!(limiter.wait(version_6(0, 2, 0), "admin", now), None);
    let mapped = IpAddr::V6(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped());
    (0..PAIR.burst).for_each(|_| limiter.failed(mapped, "admin", now));
    assert!(limiter.wait(HERE, "admin", now).is_some());
}

/// Guesses until none is allowed any more, once from each network in turn.
fn guesses(limiter: &LoginRateLimiter, networks: u16, now: Instant) -> usize {
    let mut guesses = 0;
    let may = |network: &u16| limiter.wait(version_6(7, *network, 0), "admin", now).is_none();
    while let Some(network) = (0..networks).map(|offset| (guesses as u16).wrapping_add(offset) % networks).find(may) {
        limiter.failed(version_6(7, network, 0), "admin", now);
        guesses += 1;
    }
    guesses
}

#[test]
fn networks_of_version_6_share_the_budget_of_the_wider_one() {
    let now = Instant::now();
    assert_eq!(guesses(&LoginRateLimiter::default(), 256, now), 40, "from a /56");
    let limiter = LoginRateLimiter::default();
    assert_eq!(guesses(&limiter, u16::MAX, now), 80, "from a /48");
    assert_eq!(limiter.wait(version_6(7, 999, 1), "admin", now), Some(Duration::from_secs(1)), "a network that was not used");
    assert_eq!(limiter.wait(version_6(8, 0, 0), "admin", now), None, "another site");
}

#[test]
fn many_names_from_one_site_share_its_budget() {
    let (limiter, now) = (LoginRateLimiter::default(), Instant::now());
    (0..400).for_each(|number| limiter.failed(version_6(7, number, 0), &number.to_string(), now));
    assert!(limiter.wait(version_6(7, 999, 0), "never tried", now).is_some());
    let neighbours = |host: u32| IpAddr::V4(Ipv4Addr::from_bits(0xc633_6400 + host));
    (0..400).for_each(|number| limiter.failed(neighbours(number % 200), &format!("name {}", number % 7), now));
    (0..=CLEAN).for_each(|_| limiter.failed(neighbours(250), "admin", now));
    assert!(limiter.wait(neighbours(250), "admin", now).is_some(), "a /24 shares, too");
    assert_eq!(limiter.wait(neighbours(251), "admin", now), None, "except for one who has done nothing");
}

#[test]
fn networks_that_guess_are_suspicious_up_to_their_provider() {
    let (limiter, now) = (LoginRateLimiter::default(), Instant::now());
    (0..10).for_each(|number| limiter.failed(version_6(7, number, 0), "admin", now));
    let of = |address| limiter.suspicion(address, "dev", now);
    let (same, site, provider) = (of(version_6(7, 0, 1)), of(version_6(7, 0x4000, 0)), of(version_6(8, 0, 0)));
    assert!(same > site && site > provider && provider > of(THERE), "{same} {site} {provider}");
    assert_eq!(of(THERE), 0);
    assert_eq!(limiter.suspicion(THERE, "admin", now), 10, "for the user whose password is guessed");
    let later = now + Duration::from_secs(300);
    limiter.failed(THERE, "dev", now);
    assert_eq!(limiter.suspicion(THERE, "dev", later), 1, "a client is remembered");
}

#[test]
fn memory_is_bounded() {
    let (limiter, now) = (LoginRateLimiter::default(), Instant::now());
    for user in 0..REMEMBERED {
        limiter.failed(HERE, &user.to_string(), now + Duration::from_micros(user as u64));
    }
    assert!(limiter.failures.lock().len() <= REMEMBERED);
}
