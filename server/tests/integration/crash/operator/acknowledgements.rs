//! Acknowledgements of incidents. A later one replaces the one before.

use super::super::chance::Chance;
use super::super::target::DOWN;
use super::Api;
use super::said::Said;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use storage::{Silence, SilenceKind};

/// The comment of each incident.
#[derive(Default)]
pub(super) struct Acknowledgements(BTreeMap<u64, Said<Option<String>>>);

impl Acknowledgements {
    pub(super) async fn acknowledge(&mut self, api: &Api<'_>, chance: &mut Chance, text: String) -> reqwest::Result<bool> {
        let Some(incident) = api.incident(&format!("{}{}", DOWN.0, chance.below(DOWN.1))).await? else { return Ok(false) };
        let comment = self.0.entry(incident).or_default();
        comment.send(Some(text.clone()));
        api.send(Method::PUT, &format!("incidents/{incident}/acknowledgement"), json!({"comment": text})).await?;
        comment.answer(Some(text));
        Ok(true)
    }

    pub(super) fn verify(&mut self, stored: Vec<&Silence>) {
        let of = |incident| {
            let kind = SilenceKind::Acknowledgement { incident };
            stored.iter().filter(move |silence| silence.kind == kind).map(|silence| silence.comment.clone()).next_back()
        };
        for (incident, comment) in &mut self.0 {
            let last = of(*incident);
            assert!(comment.allows(&last), "incident {incident}: {last:?} is stored, not {:?}", comment.answered());
            comment.answer(last);
        }
        for silence in stored {
            let is_known = matches!(silence.kind, SilenceKind::Acknowledgement { incident } if self.0.contains_key(&incident));
            assert!(is_known, "{silence:?} was never ordered");
        }
    }
}
