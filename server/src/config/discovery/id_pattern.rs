//! The ids that an entry with `discover` can make.

use crate::config::composition::placeholders::without_placeholders;

/// The id of an entry, in which each placeholder stands for any text.
#[derive(Clone, Debug)]
pub struct IdPattern {
    /// The entry as it is written.
    entry: String,
    /// What stands before, between and after the placeholders.
    parts: Vec<String>,
}

impl IdPattern {
    /// Of the id as it is written. Without a placeholder, `-` and the target follow it.
    pub(in crate::config) fn of_entry(entry: &str) -> Self {
        let mut parts = without_placeholders(entry);
        if let [only] = parts.as_mut_slice() {
            only.push('-');
            parts.push(String::new());
        }
        Self { entry: entry.to_owned(), parts }
    }

    /// The id of the entry as it is written.
    pub(in crate::config) fn entry(&self) -> &str {
        &self.entry
    }

    /// Whether the entry can make a service with this id.
    pub(in crate::config) fn matches(&self, id: &str) -> bool {
        let [first, between @ .., last] = self.parts.as_slice() else { return false };
        let Some(mut rest) = id.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
            return false;
        };
        for part in between {
            let Some((_, after)) = rest.split_once(part.as_str()) else { return false };
            rest = after;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::IdPattern;

    #[test]
    fn a_placeholder_stands_for_any_text() {
        let matches = |entry: &str, id: &str| IdPattern::of_entry(entry).matches(id);
        for (entry, id) in [
            ("shop-${each.labels.name}", "shop-a"),
            ("${each.target}", "anything"),
            ("a-${each.host}-${each.port}-z", "a-h-1-80-z"),
            ("nodes", "nodes-192.0.2.1:9100"),
            ("x${each.labels.a:-none}y", "xy"),
            ("$${each.x}-${each.host}", "$${each.x}-h"),
        ] {
            assert!(matches(entry, id), "{entry} can make {id}");
        }
        for (entry, id) in [
            ("shop-${each.labels.name}", "shops"),
            ("nodes", "nodes"),
            ("a-${each.host}-a", "a-a"),
            ("a-${each.host}-${each.port}-z", "a-h-z"),
        ] {
            assert!(!matches(entry, id), "{entry} cannot make {id}");
        }
    }
}
