use super::fields::Fields;
use serde::{Deserialize, Serialize};

/// A form that was sent without JavaScript and refused. In the context of the page that is rendered in answer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The field `action`, which names the form.
    action: String,
    /// The field that names the silence or the incident, when the form has one.
    number: Option<String>,
    /// Why it was refused, as a sentence.
    pub reason: String,
}

impl Refusal {
    pub fn new(fields: &Fields, reason: String) -> Self {
        let number = ["id", "incident"].iter().find_map(|name| fields.texts(name).next());
        Self { action: fields.text("action").to_owned(), number: number.map(str::to_owned), reason }
    }

    /// Whether it is about this form.
    pub fn is_of(&self, action: &str, number: Option<u64>) -> bool {
        self.action == action && self.number == number.map(|number| number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::action;

    #[test]
    fn a_refusal_belongs_to_one_form() {
        let refusal = |fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Refusal::new(&Fields::new(fields), "Refused.".to_owned())
        };
        let silence = refusal(&[("action", "silence"), ("service", "shop")]);
        assert!(silence.is_of(action::SILENCE, None) && !silence.is_of(action::RESET, None));
        let end = refusal(&[("action", "end"), ("id", "7")]);
        assert!(end.is_of(action::END, Some(7)) && !end.is_of(action::END, Some(8)) && !end.is_of(action::ACKNOWLEDGE, Some(7)));
        assert!(refusal(&[("action", "acknowledge"), ("incident", "7")]).is_of(action::ACKNOWLEDGE, Some(7)));
        let without_action = refusal(&[]);
        assert!(!without_action.is_of(action::SILENCE, None));
    }
}
