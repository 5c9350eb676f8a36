//! An operator who silences services, withdraws silences and acknowledges incidents, one order after another. What was answered with
//! success is acknowledged and must survive; an order that was not answered may have been taken or not.

use super::chance::Chance;
use super::target::{DOWN, WELL};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use storage::{Silence, SilenceKind};

/// Silences that hold at the same time. Users have a bounded number.
const MOST: usize = 20;

/// What the server answered about a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Not answered.
    Ordered,
    Acknowledged(u64),
    /// Acknowledged; its withdrawal is not.
    Ending(u64),
    Withdrawn,
}

#[derive(Default)]
struct Acknowledgement {
    /// The comment of the last one that was answered, and of those after it.
    answered: Option<String>,
    sent: Vec<String>,
}

pub(super) struct Operator {
    chance: Chance,
    /// Every order has a comment of its own.
    orders: u64,
    answered: usize,
    silences: BTreeMap<String, Progress>,
    acknowledgements: BTreeMap<u64, Acknowledgement>,
}

impl Operator {
    pub(super) fn new(chance: Chance) -> Self {
        Self { chance, orders: 0, answered: 0, silences: BTreeMap::new(), acknowledgements: BTreeMap::new() }
    }

    /// Orders that were answered with success so far.
    pub(super) fn answered(&self) -> usize {
        self.answered
    }

    /// Orders until the server is gone.
    pub(super) async fn work(&mut self, client: &Client, address: SocketAddr) {
        while self.order(client, address).await.is_ok() {}
    }

    async fn order(&mut self, client: &Client, address: SocketAddr) -> reqwest::Result<()> {
        self.orders += 1;
        let comment = format!("order {}", self.orders);
        let request = |method, path: &str| {
            client.request(method, format!("http://{address}/api/v1.0/{path}")).basic_auth("admin", Some("admin"))
        };
        let held: Vec<(String, u64)> = self
            .silences
            .iter()
            .filter_map(|(comment, silence)| match silence {
                Progress::Acknowledged(id) => Some((comment.clone(), *id)),
                Progress::Ordered | Progress::Ending(_) | Progress::Withdrawn => None,
            })
            .collect();
        match self.chance.below(3) {
            0 => self.acknowledge(&request, comment).await?,
            choice if held.len() < MOST && (choice == 1 || held.is_empty()) => self.silence(&request, comment).await?,
            _ => {
                let (comment, id) = held[self.chance.below(held.len() as u64) as usize].clone();
                self.silences.insert(comment.clone(), Progress::Ending(id));
                success(request(Method::DELETE, &format!("silences/{id}"))).await?;
                self.silences.insert(comment, Progress::Withdrawn);
            }
        }
        self.answered += 1;
        Ok(())
    }

    async fn silence(&mut self, request: &impl Fn(Method, &str) -> RequestBuilder, comment: String) -> reqwest::Result<()> {
        let service = format!("{}{}", WELL.0, self.chance.below(WELL.1));
        let order = json!({"services": [service], "minutes": 600, "comment": comment});
        self.silences.insert(comment.clone(), Progress::Ordered);
        let answer: Value = success(request(Method::POST, "silences").body(order.to_string())).await?.json().await?;
        self.silences.insert(comment, Progress::Acknowledged(answer["result"]["id"].as_u64().unwrap()));
        Ok(())
    }

    async fn acknowledge(&mut self, request: &impl Fn(Method, &str) -> RequestBuilder, comment: String) -> reqwest::Result<()> {
        let service = format!("{}{}", DOWN.0, self.chance.below(DOWN.1));
        let path = format!("services/{service}/incidents?limit=1");
        let answer: Value = success(request(Method::GET, &path)).await?.json().await?;
        // The service may not have been checked so far.
        let Some(incident) = answer["incidents"][0]["id"].as_u64() else { return Ok(()) };
        let acknowledgement = self.acknowledgements.entry(incident).or_default();
        acknowledgement.sent.push(comment.clone());
        let order = json!({"comment": comment}).to_string();
        success(request(Method::PUT, &format!("incidents/{incident}/acknowledgement")).body(order)).await?;
        *acknowledgement = Acknowledgement { answered: Some(comment), sent: Vec::new() };
        Ok(())
    }

    /// Compares with what is stored. From then on that is what must be there.
    pub(super) fn verify(&mut self, stored: &[Silence]) {
        let by_comment: BTreeMap<&str, &Silence> = stored.iter().map(|silence| (silence.comment.as_str(), silence)).collect();
        assert_eq!(by_comment.len(), stored.len(), "no order is stored twice");
        let mut kept = BTreeMap::new();
        for (comment, silence) in std::mem::take(&mut self.silences) {
            let stored = by_comment.get(comment.as_str()).map(|silence| silence.id);
            match silence {
                Progress::Acknowledged(id) => assert_eq!(stored, Some(id), "{comment} was acknowledged and is not stored"),
                Progress::Withdrawn => assert_eq!(stored, None, "{comment} was withdrawn and is back"),
                Progress::Ordered | Progress::Ending(_) => {}
            }
            kept.extend(stored.map(|id| (comment, Progress::Acknowledged(id))));
        }
        self.silences = kept;
        let is_ordered = |comment: &str| comment.strip_prefix("order ").is_some_and(|order| order.parse::<u64>().is_ok());
        for silence in stored {
            assert!(is_ordered(&silence.comment), "{silence:?} was never ordered");
            if silence.kind == SilenceKind::Silence {
                assert!(self.silences.contains_key(&silence.comment), "{silence:?} was never ordered");
            }
        }
        for (incident, Acknowledgement { answered, sent }) in &mut self.acknowledgements {
            let kind = SilenceKind::Acknowledgement { incident: *incident };
            let is_expected = |comment: &String| answered.as_ref() == Some(comment) || sent.contains(comment);
            let last = stored.iter().filter(|silence| silence.kind == kind).map(|silence| &silence.comment).next_back();
            match (last, &answered) {
                (Some(last), _) => assert!(is_expected(last), "incident {incident}: {last} is stored and not {answered:?}"),
                (None, Some(answered)) => panic!("incident {incident}: {answered} was acknowledged and is not stored"),
                (None, None) => {}
            }
            (*answered, *sent) = (last.cloned(), Vec::new());
        }
    }
}

async fn success(request: RequestBuilder) -> reqwest::Result<Response> {
    let answer = request.send().await?;
    assert!(answer.status().is_success(), "{}: {}", answer.url().clone(), answer.text().await?);
    Ok(answer)
}
