use super::*;

const TOKEN: &str = "0123456789abcdef";

#[test]
fn a_token_is_known_while_it_is_registered() {
    let (heartbeats, service) = (Heartbeats::default(), ServiceId::new("backup"));
    assert_eq!(heartbeats.beat(TOKEN, Beat::Success), None);
    let first = heartbeats.register(TOKEN, &service, &[]).unwrap();
    assert!(heartbeats.register(TOKEN, &ServiceId::new("other"), &[]).is_none(), "one token, one service");
    assert_eq!(heartbeats.beat(TOKEN, Beat::Success), Some(1));
    assert_eq!(heartbeats.beat("0123456789abcdeF", Beat::Success), None);

    let second = heartbeats.register(TOKEN, &service, &[]).unwrap();
    drop(first);
    assert_eq!(second.pulse().last_end, Some(Ok(())), "a configuration that is read again loses nothing");
    drop(second);
    assert_eq!(heartbeats.beat(TOKEN, Beat::Success), None);
    assert!(heartbeats.register(TOKEN, &ServiceId::new("other"), &[]).is_some());
}

#[test]
fn a_renamed_service_keeps_its_reports_and_loses_none() {
    let (heartbeats, before, after) = (Heartbeats::default(), ServiceId::new("backup"), ServiceId::new("nightly"));
    let first = heartbeats.register(TOKEN, &before, &[]).unwrap();
    let fails = || heartbeats.beat(TOKEN, Beat::Failure(Failure::new(Some(3), b""))).unwrap();
    fails();
    // A reload that fails.
    drop(heartbeats.register(TOKEN, &after, std::slice::from_ref(&before)).unwrap());
    fails();
    assert_eq!(heartbeats.service(TOKEN), Some(before.clone()));

    let second = heartbeats.register(TOKEN, &after, std::slice::from_ref(&before)).unwrap();
    fails();
    assert_eq!(second.pulse().ends, 0, "it is not renamed yet");
    heartbeats.rename(&before, &after);
    assert_eq!((second.pulse().ends, heartbeats.service(TOKEN)), (3, Some(after.clone())));
    assert_eq!(fails(), 4, "between the change and the end of the former registration");
    heartbeats.keep_only(&HashSet::from([after]));
    drop(first);
    assert_eq!((fails(), second.pulse().ends), (5, 5));
    assert!(heartbeats.register(TOKEN, &before, &[]).is_none());
}

#[test]
fn a_service_whose_history_is_not_continued_takes_over_the_token() {
    let (heartbeats, before, after) = (Heartbeats::default(), ServiceId::new("backup"), ServiceId::new("nightly"));
    let first = heartbeats.register(TOKEN, &before, &[]).unwrap();
    let second = heartbeats.register(TOKEN, &after, std::slice::from_ref(&before)).unwrap();
    heartbeats.keep_only(&HashSet::from([after.clone()]));
    assert_eq!((heartbeats.beat(TOKEN, Beat::Success), second.pulse().ends), (Some(1), 1));
    drop(first);
    assert_eq!((heartbeats.beat(TOKEN, Beat::Success), heartbeats.service(TOKEN)), (Some(2), Some(after)));
}

#[test]
fn words_belong_to_the_run_that_they_explain() {
    let heartbeats = Heartbeats::default();
    let registration = heartbeats.register(TOKEN, &ServiceId::new("backup"), &[]).unwrap();
    let fails = || heartbeats.beat(TOKEN, Beat::Failure(Failure::new(Some(-9), b""))).unwrap();
    let end = fails();
    heartbeats.explain(TOKEN, end, b"disk full");
    let explained = Failure { exit_code: Some(-9), words: "disk full".to_owned() };
    assert_eq!(registration.pulse().last_end, Some(Err(explained)));
    fails();
    heartbeats.explain(TOKEN, end, b"too late");
    assert_eq!(registration.pulse().last_end, Some(Err(Failure { exit_code: Some(-9), words: String::new() })));
    let end = heartbeats.beat(TOKEN, Beat::Success).unwrap();
    heartbeats.explain(TOKEN, end, b"all is well");
    heartbeats.refuse(TOKEN, "GET");
    assert_eq!((registration.pulse().last_end, registration.pulse().refused_method), (Some(Ok(())), Some("GET")));
    heartbeats.beat(TOKEN, Beat::Log).unwrap();
    assert_eq!((registration.pulse().last_end, registration.pulse().refused_method), (Some(Ok(())), None));
}

#[test]
fn a_run_is_measured_from_its_start() {
    let start = Instant::now();
    let after = |seconds| start + Duration::from_secs(seconds);
    let mut pulse = Pulse::new(start);
    pulse.note(Beat::Success, after(5));
    assert_eq!((pulse.last_success, pulse.last_run), (Some(after(5)), None));
    pulse.note(Beat::Start, after(10));
    assert_eq!((pulse.running_since, pulse.last_end.clone()), (Some(after(10)), Some(Ok(()))));
    pulse.note(Beat::Failure(Failure::new(Some(3), b"")), after(14));
    assert_eq!((pulse.running_since, pulse.last_run), (None, Some(Duration::from_secs(4))));
    assert_eq!(pulse.last_end, Some(Err(Failure { exit_code: Some(3), words: String::new() })));
    assert_eq!(pulse.last_success, Some(after(5)));
    pulse.note(Beat::Success, after(20));
    assert_eq!((pulse.last_success, pulse.last_run, pulse.last_end), (Some(after(20)), None, Some(Ok(()))));
}

#[test]
fn the_last_line_of_a_log_is_kept() {
    for (said, words) in [
        ("", ""),
        (" \n\n", ""),
        ("disk full", "disk full"),
        ("copying\r\n  disk full \r\n\r\n", "disk full"),
        (&*("x".repeat(5000) + " end"), &*("x".repeat(1020) + " end")),
    ] {
        assert_eq!(Failure::new(None, said.as_bytes()).words, words);
    }
    assert_eq!(Failure::new(None, b"\xff!").words, "\u{fffd}!");
}

#[test]
fn no_token_is_printed() {
    let heartbeats = Heartbeats::default();
    let _registration = heartbeats.register(TOKEN, &ServiceId::new("backup"), &[]);
    assert!(!format!("{heartbeats:?}").contains("0123"));
}
