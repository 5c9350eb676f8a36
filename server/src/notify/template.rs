//! Texts that people write themselves, with variables in them.

mod sample;
mod variables;

use super::delivery::Delivery;
use super::view::DeliveryView;
use handlebars::{Handlebars, RenderErrorReason};

/// The name of the only template in a registry.
const NAME: &str = "template";

/// A template of Handlebars. Its variables are those of [`DeliveryView`].
pub(super) struct Template(Handlebars<'static>);

/// What is wrong with a template, in words without a full stop; a place in it where one is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct TemplateError(String);

impl Template {
    /// For JSON: `"{{title}}"` is a text of JSON whatever is in the title.
    pub(super) fn of_json(text: &str) -> Result<Self, TemplateError> {
        Self::new(text, escape_for_json)
    }

    fn new(text: &str, escape: fn(&str) -> String) -> Result<Self, TemplateError> {
        let mut registry = Handlebars::new();
        // A variable that does not exist is a mistake, and not an empty text.
        registry.set_strict_mode(true);
        registry.register_escape_fn(escape);
        registry
            .register_template_string(NAME, text)
            .map_err(|error| TemplateError(at(error.pos(), &error.reason().to_string())))?;
        let template = Self(registry);
        template.try_out()?;
        Ok(template)
    }

    pub(super) fn render(&self, delivery: &Delivery) -> Result<String, TemplateError> {
        self.0.render(NAME, &DeliveryView::from(delivery)).map_err(|error| {
            let reason = match error.reason() {
                RenderErrorReason::MissingVariable(Some(name)) => format!("there is no variable `{name}`; {}", variables::remedy(name)),
                RenderErrorReason::MissingVariable(None) => "there is no such variable".to_owned(),
                other => other.to_string(),
            };
            TemplateError(at(error.line_no.zip(error.column_no), &reason))
        })
    }

    /// What it makes of messages that have everything and of such that lack all that can be absent.
    pub(super) fn samples(&self) -> Result<Vec<String>, TemplateError> {
        sample::deliveries().iter().map(|delivery| self.render(delivery)).collect()
    }

    fn try_out(&self) -> Result<(), TemplateError> {
        self.samples().map(drop)
    }
}

/// The errors of the crate have several lines, with an arrow to the place; the first says what is wrong.
fn at(place: Option<(usize, usize)>, reason: &str) -> String {
    let reason = reason.lines().next().unwrap_or_default();
    match place {
        Some((line, column)) => format!("line {line}, column {column}: {reason}"),
        None => reason.to_owned(),
    }
}

fn escape_for_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests;
