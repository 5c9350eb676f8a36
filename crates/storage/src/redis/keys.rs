//! The names of the keys.

use history::Tier;

/// Names of keys that all begin with the same.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) prefix: String,
}

impl Keys {
    /// Hash: single values, such as the number of the last commit.
    pub(super) fn meta(&self) -> String {
        self.named("meta")
    }

    /// Hash: samples of a commit by its number.
    pub(super) fn journal(&self) -> String {
        self.named("journal")
    }

    /// Hash: record of a node by its id, in JSON.
    pub(super) fn ids(&self) -> String {
        self.named("ids")
    }

    /// Hash: chunk by node.
    pub(super) fn chunk(&self, tier: Tier, slot: i64) -> String {
        self.named(&format!("chunk:{}:{slot}", tier.as_str()))
    }

    /// Sorted set: the slots of a tier that have chunks.
    pub(super) fn slots(&self, tier: Tier) -> String {
        self.named(&format!("slots:{}", tier.as_str()))
    }

    /// Sorted set of [`Member`](super::member::Member) by the microsecond at which it happened.
    pub(super) fn transitions(&self) -> String {
        self.named("transitions")
    }

    /// Hash: JSON by id.
    pub(super) fn transition(&self) -> String {
        self.named("transition")
    }

    /// Sorted set of [`Member`](super::member::Member) by the microsecond of the end, which is infinite while there is none.
    pub(super) fn incidents(&self) -> String {
        self.named("incidents")
    }

    /// Hash: JSON by id.
    pub(super) fn incident(&self) -> String {
        self.named("incident")
    }

    /// Hash: JSON by key of the notification.
    pub(super) fn notifications(&self) -> String {
        self.named("messages")
    }

    /// Hash: JSON by id.
    pub(super) fn silences(&self) -> String {
        self.named("directives")
    }

    /// Hash: JSON by id.
    pub(super) fn api_keys(&self) -> String {
        self.named("api_keys")
    }

    /// Hash: JSON of the notes on an incident by their ids.
    pub(super) fn notes(&self, incident: u64) -> String {
        self.named(&format!("notes:{incident}"))
    }

    /// Hash: the fields of the Python program for one node of one service, for scripts. A colon in the id of the service is
    /// written as `%3A`, so that the first one after it begins the name of the node.
    pub(super) fn node(&self, service: &str, node: &str) -> String {
        let service = service.replace('%', "%25").replace(':', "%3A");
        self.named(&format!("node:{service}:{node}"))
    }

    /// Used and removed again, to test the rights.
    pub(super) fn trial(&self) -> String {
        self.named("trial")
    }

    fn named(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_nodes_never_share_a_key() {
        let keys = Keys { prefix: "platus:".to_owned() };
        assert_eq!(keys.node("shop", "db1:27017"), "platus:node:shop:db1:27017");
        assert_ne!(keys.node("a:b", "c"), keys.node("a", "b:c"));
        assert_ne!(keys.node("a%3Ab", "c"), keys.node("a:b", "c"));
    }
}
