use super::condition::Condition;
use crate::model::{NodeStatus, State};
use crate::texts::states;

/// Which rows to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In lower case. Each one must occur in the row.
    words: Vec<String>,
    condition: Option<Condition>,
    tag: Option<String>,
}

impl Filter {
    /// `text` is split at white space. `state` is the only state to show; `None` shows all.
    pub fn new(text: &str, state: Option<State>) -> Self {
        let words = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        Self { words, condition: state.map(Condition::State), tag: None }
    }

    /// The same for the services that count as this; `None` admits all.
    pub fn with_condition(self, condition: Option<Condition>) -> Self {
        Self { condition, ..self }
    }

    /// The same for the services with this tag; `None` admits all.
    pub fn with_tag(self, tag: Option<String>) -> Self {
        Self { tag, ..self }
    }

    /// Whether single nodes are wanted, by a text.
    pub fn is_search(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether services that count as this are wanted.
    pub fn admits(&self, condition: Condition) -> bool {
        self.condition.is_none_or(|wanted| wanted == condition)
    }

    /// Whether a service with these tags has the wanted one.
    pub fn matches_tags(&self, tags: &[String]) -> bool {
        self.tag.as_ref().is_none_or(|wanted| tags.contains(wanted))
    }

    /// Whether the row contains all words; its state is ignored.
    pub fn matches_text(&self, row: &NodeStatus) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let fields = [
            row.group.to_lowercase(),
            row.name.to_lowercase(),
            row.node.to_lowercase(),
            row.node_name.as_deref().unwrap_or_default().to_lowercase(),
            row.message.as_deref().unwrap_or_default().to_lowercase(),
            row.service.as_str().to_lowercase(),
        ];
        let suppression = row.suppression.as_ref().map(|suppression| suppression.kind.as_str()).unwrap_or_default();
        self.words.iter().all(|word| {
            // Both by its word on the page and by that of the API.
            row.state.as_str().contains(word)
                || states::state(row.state).contains(word)
                || suppression.contains(word)
                || fields.iter().any(|field| field.contains(word))
        })
    }

    /// Whether the row is in the wanted state; its text is ignored.
    pub fn matches_state(&self, row: &NodeStatus) -> bool {
        self.condition.is_none_or(|wanted| wanted.has(row))
    }
}
