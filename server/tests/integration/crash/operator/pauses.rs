//! Pauses of services, each of which replaces the one before, and their ends.

use super::super::chance::Chance;
use super::super::target::IDLE;
use super::Api;
use super::said::Said;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use storage::Silence;

/// The comment of the pause of each service, or `None` while it is checked.
#[derive(Default)]
pub(super) struct Pauses(BTreeMap<String, Said<Option<String>>>);

fn any(chance: &mut Chance) -> String {
    format!("{}{}", IDLE.0, chance.below(IDLE.1))
}

impl Pauses {
    pub(super) async fn pause(&mut self, api: &Api<'_>, chance: &mut Chance, text: String) -> reqwest::Result<bool> {
        let service = any(chance);
        let pause = self.0.entry(service.clone()).or_default();
        pause.send(Some(text.clone()));
        api.send(Method::POST, &format!("services/{service}/pause"), json!({"comment": text})).await?;
        pause.answer(Some(text));
        Ok(true)
    }

    pub(super) async fn resume(&mut self, api: &Api<'_>, chance: &mut Chance) -> reqwest::Result<bool> {
        self.resume_one(api, &any(chance)).await
    }

    pub(super) async fn resume_all(&mut self, api: &Api<'_>) -> reqwest::Result<()> {
        for number in 0..IDLE.1 {
            self.resume_one(api, &format!("{}{number}", IDLE.0)).await?;
        }
        Ok(())
    }

    /// Returns whether it was paused.
    async fn resume_one(&mut self, api: &Api<'_>, service: &str) -> reqwest::Result<bool> {
        let pause = self.0.entry(service.to_owned()).or_default();
        pause.send(None);
        let answer = api.send(Method::POST, &format!("services/{service}/resume"), Value::Null).await?;
        pause.answer(None);
        Ok(answer["result"].as_bool().unwrap())
    }

    /// A pause that was to replace another, or to end, may have done so in part.
    pub(super) fn verify(&mut self, stored: Vec<&Silence>) {
        for silence in &stored {
            let pause = self.0.get(silence.services[0].as_str()).unwrap_or_else(|| panic!("{silence:?} was never ordered"));
            assert!(pause.allows(&Some(silence.comment.clone())), "{silence:?} was replaced or ended, and is back");
        }
        for (service, pause) in &mut self.0 {
            let found: Vec<_> = stored.iter().filter(|silence| silence.services[0].as_str() == service).collect();
            let mut comments = found.into_iter().map(|silence| Some(silence.comment.clone()));
            let first = comments.next().unwrap_or_default();
            assert!(pause.allows(&first), "{service}: the pause {:?} was acknowledged and is not stored", pause.answered());
            pause.answer(first);
            comments.for_each(|comment| pause.send(comment));
        }
    }
}
