//! Makes the operations of `apply.lua` for a commit, a fold or a deletion.

use super::keys::Keys;
use super::member::{Member, score};
use super::{fields, text};
use crate::{Commit, Fold, Incident, NodeRecord, StoreError, Transition};
use history::encode_journal;
use model::NodeKey;
use std::fmt::Display;

/// Most words of one operation, a limit of `unpack` in Lua.
const WORDS: usize = 1000;

/// The operations for the script, in words.
pub(super) struct Operations<'a> {
    keys: &'a Keys,
    pub(super) words: Vec<Vec<u8>>,
}

impl<'a> Operations<'a> {
    pub(super) fn new(keys: &'a Keys) -> Self {
        Self { keys, words: Vec::new() }
    }

    pub(super) fn of_commit(keys: &'a Keys, commit: &Commit) -> Result<Self, StoreError> {
        let mut operations = Self::new(keys);
        if !commit.samples.is_empty() {
            let samples = encode_journal(&commit.samples);
            operations.add([b"HSET".to_vec(), keys.journal().into_bytes(), bytes(commit.number), samples]);
        }
        for NodeKey { service, node } in &commit.renamed {
            operations.add([b"hide".to_vec(), keys.node(service.as_str(), node).into_bytes()]);
        }
        for change in &commit.nodes {
            operations.node(&change.record)?;
        }
        operations.transitions(&commit.transitions)?;
        operations.incidents(&commit.incidents)?;
        let notifications = commit.notifications.iter().map(|message| Ok([bytes(&message.key.0), text::written(message)?]));
        operations.many("HSET", keys.notifications(), notifications)?;
        let silences = commit.silences.iter().map(|silence| Ok([bytes(silence.id), text::written(silence)?]));
        operations.many("HSET", keys.silences(), silences)?;
        let api_keys = commit.keys.iter().map(|key| Ok([bytes(key.id), text::written(key)?]));
        operations.many("HSET", keys.api_keys(), api_keys)?;
        for note in &commit.notes {
            let key = keys.notes(note.incident).into_bytes();
            operations.add([b"HSET".to_vec(), key, bytes(note.id), text::written(note)?]);
        }
        operations.many("HDEL", keys.notifications(), commit.settled.iter().map(|key| Ok([bytes(&key.0)])))?;
        operations.many("HDEL", keys.silences(), commit.withdrawn.iter().map(|id| Ok([bytes(id)])))?;
        operations.many("HDEL", keys.api_keys(), commit.revoked.iter().map(|id| Ok([bytes(id)])))?;
        Ok(operations)
    }

    pub(super) fn of_fold(keys: &'a Keys, fold: &Fold) -> Result<Self, StoreError> {
        let mut operations = Self::new(keys);
        for chunk in &fold.chunks {
            let key = keys.chunk(chunk.tier, chunk.slot).into_bytes();
            operations.add([b"HSET".to_vec(), key, bytes(chunk.node), chunk.bytes.clone()]);
            operations.add([b"ZADD".to_vec(), keys.slots(chunk.tier).into_bytes(), bytes(chunk.slot), bytes(chunk.slot)]);
        }
        for record in &fold.nodes {
            operations.node(record)?;
        }
        if let Some(through) = fold.drop_journal {
            operations.add([b"trim".to_vec(), bytes(through)]);
        }
        Ok(operations)
    }

    /// One operation, of few words.
    pub(super) fn add(&mut self, words: impl IntoIterator<Item = Vec<u8>>) {
        let head = self.words.len();
        self.words.push(Vec::new());
        self.words.extend(words);
        self.words[head] = bytes(self.words.len() - head - 1);
    }

    /// One command for all of these, or as many as it takes.
    pub(super) fn many<const N: usize>(
        &mut self,
        command: &str,
        key: String,
        items: impl Iterator<Item = Result<[Vec<u8>; N], StoreError>>,
    ) -> Result<(), StoreError> {
        let items: Vec<[Vec<u8>; N]> = items.collect::<Result<_, _>>()?;
        for some in items.chunks(WORDS / N) {
            self.add([bytes(command), bytes(&key)].into_iter().chain(some.iter().flatten().cloned()));
        }
        Ok(())
    }

    fn node(&mut self, record: &NodeRecord) -> Result<(), StoreError> {
        self.add([b"HSET".to_vec(), self.keys.ids().into_bytes(), bytes(record.id), text::written(record)?]);
        let key = self.keys.node(record.service.as_str(), &record.node).into_bytes();
        match record.status.as_ref().filter(|status| status.shown) {
            Some(status) => {
                let head = [b"show".to_vec(), key, bytes(&status.name), bytes(fields::rank(status.state))];
                let fields = fields::of(&record.node, status).into_iter();
                self.add(head.into_iter().chain(fields.flat_map(|(field, value)| [bytes(field), value.into_bytes()])));
            }
            None => self.add([b"hide".to_vec(), key]),
        }
        Ok(())
    }

    fn transitions(&mut self, transitions: &[Transition]) -> Result<(), StoreError> {
        for transition in transitions {
            let member = Member { id: transition.id, node: transition.node };
            let keys = [self.keys.transitions(), self.keys.transition()];
            self.enter(keys, member, bytes(score(transition.at)), text::written(transition)?);
        }
        self.raise("last_transition", transitions.iter().map(|transition| transition.id).max());
        Ok(())
    }

    fn incidents(&mut self, incidents: &[Incident]) -> Result<(), StoreError> {
        for incident in incidents {
            let member = Member { id: incident.id, node: incident.node };
            let end = incident.ended.map_or_else(|| b"+inf".to_vec(), |ended| bytes(score(ended)));
            self.enter([self.keys.incidents(), self.keys.incident()], member, end, text::written(incident)?);
        }
        self.raise("last_incident", incidents.iter().map(|incident| incident.id).max());
        Ok(())
    }

    fn enter(&mut self, [order, content]: [String; 2], member: Member, score: Vec<u8>, record: Vec<u8>) {
        let place = [order.into_bytes(), content.into_bytes(), bytes(member.id), score, bytes(member), record];
        self.add([b"enter".to_vec()].into_iter().chain(place));
    }

    fn raise(&mut self, field: &str, value: Option<u64>) {
        if let Some(value) = value {
            self.add([b"raise".to_vec(), bytes(field), bytes(value)]);
        }
    }
}

/// The text of something in bytes.
pub(super) fn bytes(value: impl Display) -> Vec<u8> {
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_says_how_long_it_is() {
        let keys = Keys { prefix: "p:".to_owned() };
        let mut operations = Operations::new(&keys);
        operations.add([b"trim".to_vec(), bytes(7)]);
        assert_eq!(operations.words, [&b"2"[..], b"trim", b"7"]);
    }

    #[test]
    fn no_operation_is_longer_than_lua_can_take() {
        let keys = Keys { prefix: "p:".to_owned() };
        let mut operations = Operations::new(&keys);
        operations.many("HDEL", "p:messages".to_owned(), (0..2500).map(|id| Ok([bytes(id)]))).unwrap();
        let (mut at, mut counts) = (0, Vec::new());
        while at < operations.words.len() {
            let count: usize = String::from_utf8(operations.words[at].clone()).unwrap().parse().unwrap();
            counts.push(count);
            at += count + 1;
        }
        assert_eq!(counts, [1002, 1002, 502]);
    }
}
