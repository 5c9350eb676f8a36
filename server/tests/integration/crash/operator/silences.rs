//! Silences, some of which recur and others end later than they should at first.

use super::super::chance::Chance;
use super::super::target::WELL;
use super::Api;
use super::held::Held;
use super::said::Said;
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use storage::Silence;

pub(super) struct Silences {
    held: Held,
    /// When each ends, in seconds; those that recur have none.
    ends: BTreeMap<String, Said<Option<i64>>>,
    /// Ends are counted from here.
    start: DateTime<Utc>,
}

impl Default for Silences {
    fn default() -> Self {
        let start = (Utc::now() + TimeDelta::hours(10)).with_nanosecond(0).unwrap();
        Self { held: Held::default(), ends: BTreeMap::new(), start }
    }
}

impl Silences {
    /// A later order ends later.
    fn end(&self, order: u64) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(i64::try_from(order).unwrap())
    }

    pub(super) async fn silence(&mut self, api: &Api<'_>, chance: &mut Chance, order: u64, text: String) -> reqwest::Result<bool> {
        if self.held.is_full() {
            return Ok(false);
        }
        let recurs = chance.below(3) == 0;
        let mut body = json!({"services": [format!("{}{}", WELL.0, chance.below(WELL.1))], "comment": text});
        match recurs {
            true => body["recurrence"] = json!({"days": ["sun"], "from": "03:00", "to": "04:00"}),
            false => body["until"] = json!(self.end(order)),
        }
        self.held.order(&text);
        self.ends.insert(text.clone(), Said::new((!recurs).then(|| self.end(order).timestamp())));
        let answer = api.send(Method::POST, "silences", body).await?;
        self.held.acknowledge(text, answer["result"]["id"].as_u64().unwrap());
        Ok(true)
    }

    pub(super) async fn extend(&mut self, api: &Api<'_>, chance: &mut Chance, order: u64) -> reqwest::Result<bool> {
        let has_end = |text: &str| self.ends[text].answered().is_some();
        let Some((text, id)) = self.held.any(chance, has_end) else { return Ok(false) };
        let until = self.end(order);
        let end = self.ends.get_mut(&text).unwrap();
        end.send(Some(until.timestamp()));
        api.send(Method::POST, &format!("silences/{id}/extend"), json!({"until": until})).await?;
        end.answer(Some(until.timestamp()));
        Ok(true)
    }

    pub(super) async fn withdraw(&mut self, api: &Api<'_>, chance: &mut Chance) -> reqwest::Result<bool> {
        let Some((text, id)) = self.held.any(chance, |_| true) else { return Ok(false) };
        self.held.end(&text, id);
        api.send(Method::DELETE, &format!("silences/{id}"), Value::Null).await?;
        self.held.has_ended(text);
        Ok(true)
    }

    pub(super) fn verify(&mut self, stored: Vec<&Silence>) {
        let texts: Vec<(&str, u64)> = stored.iter().map(|silence| (silence.comment.as_str(), silence.id)).collect();
        self.held.verify(&texts);
        for silence in stored {
            let end = self.ends.get_mut(&silence.comment).unwrap();
            let recurs = end.answered().is_none();
            assert_eq!(silence.recurrence.is_some(), recurs, "{silence:?}");
            let until = silence.until.map(|until| until.timestamp());
            assert!(end.allows(&until), "{silence:?}: this end was not ordered, or ordered and acknowledged before another");
            end.answer(until);
        }
    }
}
