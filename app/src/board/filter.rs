use crate::model::{NodeStatus, State};

/// Which rows to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In lower case. Each one must occur in the row.
    words: Vec<String>,
    state: Option<State>,
}

impl Filter {
    /// `text` is split at white space. `state` is the only state to show; `None` shows all.
    pub fn new(text: &str, state: Option<State>) -> Self {
        Self { words: text.to_lowercase().split_whitespace().map(str::to_owned).collect(), state }
    }

    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.state.is_none()
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
            row.state.as_str().contains(word) || suppression.contains(word) || fields.iter().any(|field| field.contains(word))
        })
    }

    /// Whether the row is in the wanted state; its text is ignored.
    pub fn matches_state(&self, row: &NodeStatus) -> bool {
        self.state.is_none_or(|state| state == row.state)
    }
}
