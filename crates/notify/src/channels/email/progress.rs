use lettre::Address;
use lettre::message::Mailbox;
use parking_lot::Mutex;
use std::collections::VecDeque;

/// The number of deliveries that are remembered. Mostly there is one at a time.
const MOST: usize = 64;

/// Which recipients have a delivery that has to be retried.
#[derive(Default)]
pub(super) struct Progress(Mutex<VecDeque<(String, Vec<Address>)>>);

impl Progress {
    /// The recipients who do not have it yet.
    pub(super) fn missing<'a>(&self, key: &str, recipients: &'a [Mailbox]) -> Vec<&'a Mailbox> {
        let deliveries = self.0.lock();
        let have_it = deliveries.iter().find(|(known, _)| known == key).map_or(&[][..], |(_, addresses)| addresses);
        recipients.iter().filter(|recipient| !have_it.contains(&recipient.email)).collect()
    }

    pub(super) fn note(&self, key: &str, addresses: &[Address]) {
        let mut deliveries = self.0.lock();
        match deliveries.iter_mut().find(|(known, _)| known == key) {
            Some((_, have_it)) => have_it.extend_from_slice(addresses),
            None => deliveries.push_back((key.to_owned(), addresses.to_vec())),
        }
        if deliveries.len() > MOST {
            deliveries.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_who_has_it_is_not_missing() {
        let mailboxes = ["a@lan.test", "b@lan.test"].map(|text| Mailbox::new(None, text.parse().unwrap()));
        let progress = Progress::default();
        progress.note("1", &[mailboxes[1].email.clone()]);
        let missing = |key| progress.missing(key, &mailboxes).into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(missing("1"), &mailboxes[..1]);
        assert_eq!(missing("2"), mailboxes);
        progress.note("1", &[mailboxes[0].email.clone()]);
        assert!(missing("1").is_empty());
        for number in 0..MOST {
            progress.note(&format!("other-{number}"), &[]);
        }
        assert_eq!(missing("1"), mailboxes);
    }
}
