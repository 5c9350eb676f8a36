use super::*;
use futures::FutureExt;
use std::net::{Ipv4Addr, Ipv6Addr};

const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

fn claim(address: IpAddr) -> Claim<'static> {
    Claim { address, user: "victim", suspicion: 0, is_known: false }
}

/// One of many addresses of one site.
fn of_site(number: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 7, number, 0, 0, 0, 1))
}

#[tokio::test]
async fn turns_are_given_one_at_a_time_in_order() {
    let turns = Turns::default();
    let first = turns.wait(claim(ELSEWHERE)).await.unwrap();
    let mut second = Box::pin(turns.wait(claim(ELSEWHERE)));
    let mut third = Box::pin(turns.wait(claim(ELSEWHERE)));
    assert!(second.as_mut().now_or_never().is_none() && third.as_mut().now_or_never().is_none());
    drop(first);
    let second = second.await.unwrap();
    assert!(third.as_mut().now_or_never().is_none());
    drop(second);
    drop(third.await.unwrap());
    assert!(turns.wait(claim(ELSEWHERE)).now_or_never().unwrap().is_some(), "it is free");
}

#[tokio::test]
async fn a_turn_passes_those_who_have_given_up() {
    let turns = Turns::default();
    let first = turns.wait(claim(ELSEWHERE)).await.unwrap();
    let mut gone = Box::pin(turns.wait(claim(ELSEWHERE)));
    let mut next = Box::pin(turns.wait(claim(ELSEWHERE)));
    assert!(gone.as_mut().now_or_never().is_none() && next.as_mut().now_or_never().is_none());
    drop(gone);
    drop(first);
    let next = next.await.unwrap();
    let mut late = Box::pin(turns.wait(claim(ELSEWHERE)));
    assert!(late.as_mut().now_or_never().is_none());
    // It has the turn, and gives up without having seen it.
    drop(next);
    drop(late);
    assert!(turns.wait(claim(ELSEWHERE)).now_or_never().unwrap().is_some());
}

#[tokio::test]
async fn a_flood_from_one_site_gives_way_to_others() {
    let turns = Turns::default();
    let held = turns.wait(claim(of_site(0))).await.unwrap();
    let mut flood: Vec<_> = (1..=WAITING as u16).map(|number| Box::pin(turns.wait(claim(of_site(number))))).collect();
    assert!(flood.iter_mut().all(|waiting| waiting.as_mut().now_or_never().is_none()));
    let mut other = Box::pin(turns.wait(claim(ELSEWHERE)));
    assert!(other.as_mut().now_or_never().is_none(), "it has a place");
    assert!(flood.pop().unwrap().await.is_none(), "the last of the flood has left");
    let mut more = Box::pin(turns.wait(claim(of_site(99))));
    assert!(more.as_mut().now_or_never().unwrap().is_none(), "there is no place for more");
    drop(held);
    assert!(other.now_or_never().unwrap().is_some(), "it comes first, though it came last");
}

#[tokio::test]
async fn a_flood_for_one_user_from_everywhere_gives_way_to_other_users() {
    let turns = Turns::default();
    let address = |number: usize| IpAddr::V4(Ipv4Addr::new(u8::try_from(number).unwrap(), 0, 0, 1));
    let held = turns.wait(claim(ELSEWHERE)).await.unwrap();
    let mut flood: Vec<_> = (1..=WAITING).map(|number| Box::pin(turns.wait(claim(address(number))))).collect();
    assert!(flood.iter_mut().all(|waiting| waiting.as_mut().now_or_never().is_none()));
    let mut other = Box::pin(turns.wait(Claim { user: "other", ..claim(address(99)) }));
    assert!(other.as_mut().now_or_never().is_none());
    drop(held);
    assert!(other.now_or_never().unwrap().is_some());
}

#[tokio::test]
async fn those_who_were_wrong_lately_come_later_and_known_ones_first() {
    let turns = Turns::default();
    let held = turns.wait(claim(ELSEWHERE)).await.unwrap();
    let address = |last| IpAddr::V4(Ipv4Addr::new(last, 0, 2, 1));
    let mut wrong = Box::pin(turns.wait(Claim { suspicion: 5, ..claim(address(10)) }));
    let mut clean = Box::pin(turns.wait(claim(address(11))));
    let mut known = Box::pin(turns.wait(Claim { is_known: true, ..claim(address(12)) }));
    for waiting in [&mut wrong, &mut clean, &mut known] {
        assert!(waiting.as_mut().now_or_never().is_none());
    }
    drop(held);
    drop(known.now_or_never().unwrap().unwrap());
    drop(clean.now_or_never().unwrap().unwrap());
    drop(wrong.now_or_never().unwrap().unwrap());
}

#[tokio::test(start_paused = true)]
async fn no_one_waits_for_ever_and_nothing_is_left_behind() {
    let turns = Turns::default();
    let held = turns.wait(claim(ELSEWHERE)).await.unwrap();
    assert!(turns.wait(claim(ELSEWHERE)).await.is_none());
    drop(held);
    let state = turns.state();
    assert!(!state.is_taken && state.waiting.is_empty() && state.crowds.is_empty());
}
