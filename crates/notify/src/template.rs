//! Texts that people write themselves, with variables in them.

mod limits;
mod sample;
mod variables;

use super::delivery::Delivery;
use super::view::DeliveryView;
use handlebars::{Handlebars, RenderErrorReason, no_escape};
use limits::{Refused, Rendered};
use std::fmt;
use system::foreign_text;

/// The name of the only template in a registry.
const NAME: &str = "template";

/// A template of Handlebars. Its variables are those of [`DeliveryView`].
#[derive(Clone)]
pub struct Template(Handlebars<'static>);

/// What is wrong with a template, in words without a full stop; a place in it where one is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(String);

impl Template {
    /// For JSON: `"{{title}}"` is a text of JSON whatever is in the title.
    pub(super) fn of_json(text: &str) -> Result<Self, TemplateError> {
        Self::new(text, foreign_text::json_string)
    }

    /// For what a channel is to tell, which escapes it as its receiver needs it.
    pub fn of_text(text: &str) -> Result<Self, TemplateError> {
        let template = Self::new(text, no_escape)?;
        if template.samples()?.iter().all(|sample| sample.trim().is_empty()) {
            return Err(TemplateError("it makes an empty text; write what is to be told, or remove the key".to_owned()));
        }
        Ok(template)
    }

    fn new(text: &str, escape: fn(&str) -> String) -> Result<Self, TemplateError> {
        let mut registry = Handlebars::new();
        // A variable that does not exist is a mistake, and not an empty text.
        registry.set_strict_mode(true);
        registry.register_escape_fn(escape);
        let template = Self(limits::register(registry, NAME, text).map_err(|refused| {
            TemplateError(match refused {
                Refused::Limit(reason) => reason,
                Refused::Syntax(error) => at(error.pos(), &error.reason().to_string()),
            })
        })?);
        template.try_out()?;
        Ok(template)
    }

    pub(super) fn render(&self, delivery: &Delivery) -> Result<String, TemplateError> {
        let mut rendered = Rendered::default();
        self.0.render_to_write(NAME, &DeliveryView::from(delivery), &mut rendered).map_err(|error| {
            let reason = match error.reason() {
                RenderErrorReason::MissingVariable(Some(name)) => {
                    format!("there is no variable `{name}`; {}", variables::remedy(name))
                }
                RenderErrorReason::MissingVariable(None) => "there is no such variable".to_owned(),
                RenderErrorReason::IOError(error) => error.to_string(),
                other => other.to_string(),
            };
            TemplateError(at(error.line_no.zip(error.column_no), &reason))
        })?;
        Ok(rendered.into_text())
    }

    /// What it makes of messages that have everything and of such that lack all that can be absent.
    pub fn samples(&self) -> Result<Vec<String>, TemplateError> {
        sample::deliveries().iter().map(|delivery| self.render(delivery)).collect()
    }

    /// Whether anything of [`Delivery::text`] is in what it makes.
    pub(super) fn shows_text(&self) -> bool {
        const MARK: &str = "platus-sample-text";
        let marked = sample::deliveries().map(|delivery| Delivery { text: Some(MARK.to_owned()), ..delivery });
        marked.iter().any(|delivery| self.render(delivery).is_ok_and(|rendered| rendered.contains(MARK)))
    }

    fn try_out(&self) -> Result<(), TemplateError> {
        self.samples().map(drop)
    }
}

/// What somebody has written is left out: it may be anything, as any value of the configuration.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").finish_non_exhaustive()
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

#[cfg(test)]
mod tests;
