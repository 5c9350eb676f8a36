use super::*;

fn id(id: &str) -> ServiceId {
    ServiceId::new(id)
}

/// The former ids that are continued, those that only give their silences, and those whose history stays.
fn decide(service: &str, former: &[&str], with_history: &[&str]) -> [Vec<String>; 3] {
    let former_ids = FormerIds::new([(id(service), former.iter().map(|former| id(former)).collect())]);
    let renames = former_ids.decide(|id| with_history.contains(&id.as_str()));
    assert!(renames.iter().all(|(_, present)| present.as_str() == service));
    let (mut continued, mut others): (Vec<_>, Vec<_>) =
        renames.iter().map(|(former, _)| former).partition(|former| renames.is_continued(former));
    continued.sort();
    others.sort();
    let texts = |ids: Vec<&ServiceId>| ids.into_iter().map(|id| id.as_str().to_owned()).collect();
    [texts(continued), texts(others), texts(renames.left().iter().map(|left| &left.former).collect())]
}

#[test]
fn the_latest_history_goes_on_unless_there_is_a_present_one() {
    let none: [&str; 0] = [];
    let check = |former: &[&str], with_history: &[&str], continued: &[&str], others: &[&str], left: &[&str]| {
        assert_eq!(
            decide("new", former, with_history),
            [continued, others, left].map(|ids| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>())
        );
    };
    check(&["old"], &["old"], &["old"], &none, &none);
    check(&["old"], &none, &none, &["old"], &none);
    check(&["old"], &["new"], &none, &["old"], &none);
    check(&["old"], &["old", "new"], &none, &none, &["old"]);
    check(&["older", "old"], &["older"], &["older"], &["old"], &none);
    check(&["older", "old"], &["older", "old"], &["old"], &none, &["older"]);
    check(&["older", "old"], &["older", "old", "new"], &none, &none, &["old", "older"]);
    check(&[], &["new"], &none, &none, &none);
}

#[test]
fn a_store_without_former_ids_is_left_as_it_is() {
    let mut loaded = StoreSnapshot { last_commit: 7, ..StoreSnapshot::default() };
    let renames = FormerIds::new([(id("new"), vec![id("old")])]).decide_for(&loaded);
    assert_eq!(renames.apply(&mut loaded), None);
    assert_eq!(loaded.last_commit, 7);
}
