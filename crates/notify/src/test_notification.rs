//! The notification that shows whether a channel works. It is about no service, and never in the outbox.

use super::delivery::{Alert, Delivery};
use chrono::{DateTime, FixedOffset};
use model::{NotificationKind, ServiceId, State};
use system::foreign_text;
use url::Url;

/// A test notification at this time. `user` is the user who requests it on a running Platus, and absent on the command line; `page` is the
/// address of the page.
///
/// A template of the channel applies to it as to every other one, so the values themselves say that it is a test.
pub fn test_notification(user: Option<&str>, page: Option<&Url>, at: DateTime<FixedOffset>) -> Delivery {
    let (name, seen) = match user {
        None => ("Platus", "This channel receives notifications from Platus".to_owned()),
        Some(user) => {
            let user = foreign_text::name(user);
            ("Platus (test)", format!("Test notification from Platus, requested by {user}; no service has failed"))
        }
    };
    let alert = Alert {
        kind: NotificationKind::Test,
        incident_key: "platus-test".to_owned(),
        service: ServiceId::new("test"),
        group: "Test".to_owned(),
        name: name.to_owned(),
        node: "test".to_owned(),
        state: State::Operational,
        last_state: State::Operational,
        seen: Some(seen),
        since: at,
        at,
        checks: 0,
        link: page.map(Url::to_string),
    };
    let key = format!("test-{}", at.timestamp_micros());
    Delivery { key, alerts: vec![alert], still_failing: 0, late: None, text: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;
    use test_support::noon;

    #[test]
    fn it_says_that_it_is_a_test_and_who_requested_it() {
        let page = Url::parse("https://platus.lan/here/").unwrap();
        let delivery = test_notification(Some("ada\u{202e}"), Some(&page), noon());
        assert!(delivery.is_test());
        assert_eq!(delivery.title(), "This is a test of Platus");
        let seen = "Test notification from Platus, requested by ada<U+202E>; no service has failed";
        assert_eq!(delivery.report(1000), format!("This is a test of Platus\n\n{seen}\nhttps://platus.lan/here/"));
    }

    #[test]
    fn each_one_is_another_delivery() {
        let key = |seconds| test_notification(None, None, noon() + chrono::TimeDelta::seconds(seconds)).key;
        assert_ne!(key(0), key(1));
        assert!(key(0).len() <= 64 && key(0).bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{}", key(0));
    }

    #[test]
    fn a_template_that_knows_no_tests_shows_that_it_is_one() {
        let template = Template::of_text("{{#each alerts}}{{name}} is {{state}}{{/each}}").unwrap();
        let text = template.render(&test_notification(Some("ada"), None, noon())).unwrap();
        assert_eq!(text, "Platus (test) is operational");
    }
}
