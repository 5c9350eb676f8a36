//! Notes on incidents, which stay.

use super::super::chance::Chance;
use super::super::target::FICKLE;
use super::Api;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;
use storage::Store;

/// Notes on one incident. There is a bound for users.
const MOST: usize = 50;

struct Note {
    text: String,
    is_answered: bool,
}

/// Those of each incident, in the order in which they were sent.
#[derive(Default)]
pub(super) struct Notes(BTreeMap<u64, Vec<Note>>);

impl Notes {
    pub(super) async fn write(&mut self, api: &Api<'_>, chance: &mut Chance, text: String) -> reqwest::Result<bool> {
        let Some(incident) = api.incident(&format!("{}{}", FICKLE.0, chance.below(FICKLE.1))).await? else { return Ok(false) };
        let notes = self.0.entry(incident).or_default();
        if notes.len() >= MOST {
            return Ok(false);
        }
        notes.push(Note { text: text.clone(), is_answered: false });
        let answer = api.send_about_history(Method::POST, &format!("incidents/{incident}/notes"), json!({"text": text})).await?;
        notes.last_mut().unwrap().is_answered = answer.is_some();
        Ok(answer.is_some())
    }

    /// Compares with what is stored. From then on that is what must be there.
    pub(super) async fn verify(&mut self, store: &dyn Store) {
        for (incident, notes) in &mut self.0 {
            let stored = store.notes(*incident, 2 * MOST).await.unwrap();
            let texts: Vec<&str> = stored.iter().map(|note| note.text.as_str()).collect();
            for note in notes.iter().filter(|note| note.is_answered) {
                assert!(
                    texts.contains(&note.text.as_str()),
                    "incident {incident}: {} was acknowledged and is not stored",
                    note.text
                );
            }
            notes.retain(|note| texts.contains(&note.text.as_str()));
            let expected: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
            assert_eq!(texts, expected, "incident {incident}: in the order of writing, and none twice");
            notes.iter_mut().for_each(|note| note.is_answered = true);
        }
    }
}
