//! Jobs that report how they end, one report after another. What was answered with success must survive; a report that was not answered
//! may have been taken or not.

use super::chance::Chance;
use model::StoredEnd;
use reqwest::Client;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use storage::StoreSnapshot;

/// Services whose ids begin with these letters, and how many there are.
pub(super) const JOB: (&str, u64) = ("job", 5);

/// Their part of `services.yaml`.
pub(super) fn services() -> String {
    let mut services = String::new();
    for number in 0..JOB.1 {
        let (name, token) = (name(number), token(number));
        writeln!(
            services,
            "{name}: {{type: heartbeat, role: dev, properties: {{host: box, token: {token}}}, data: {{type: Job, name: {name}, every: \
             86400}}}}"
        )
        .unwrap();
    }
    services
}

fn name(number: u64) -> String {
    format!("{}{number}", JOB.0)
}

fn token(number: u64) -> String {
    format!("token-of-the-job-{number}")
}

#[derive(Default)]
struct Reports {
    /// The last one that was answered.
    answered: Option<StoredEnd>,
    /// Those after it.
    sent: Vec<StoredEnd>,
}

pub(super) struct Jobs {
    chance: Chance,
    /// Every failure has an exit code of its own.
    failures: i64,
    answered: usize,
    reports: BTreeMap<String, Reports>,
}

impl Jobs {
    pub(super) fn new(chance: Chance) -> Self {
        Self { chance, failures: 0, answered: 0, reports: BTreeMap::new() }
    }

    /// Reports that were answered with success so far.
    pub(super) fn answered(&self) -> usize {
        self.answered
    }

    /// Reports until the server is gone.
    pub(super) async fn work(&mut self, client: &Client, address: SocketAddr) {
        loop {
            let number = self.chance.below(JOB.1);
            self.failures += 1;
            let end = match self.chance.below(4) {
                0 => StoredEnd::Success,
                _ => StoredEnd::Failure { exit_code: Some(self.failures), words: String::new() },
            };
            if self.report(client, address, number, end).await.is_err() {
                return;
            }
        }
    }

    /// All jobs succeed.
    pub(super) async fn calm_down(&mut self, client: &Client, address: SocketAddr) {
        for number in 0..JOB.1 {
            self.report(client, address, number, StoredEnd::Success).await.unwrap();
        }
    }

    async fn report(&mut self, client: &Client, address: SocketAddr, number: u64, end: StoredEnd) -> reqwest::Result<()> {
        let code = match &end {
            StoredEnd::Success => 0,
            StoredEnd::Failure { exit_code, .. } => exit_code.unwrap(),
        };
        let reports = self.reports.entry(name(number)).or_default();
        reports.sent.push(end.clone());
        let answer = client.post(format!("http://{address}/api/v1.0/heartbeat/{}/{code}", token(number))).send().await?;
        assert_eq!(answer.status(), 200, "{}", answer.text().await?);
        *reports = Reports { answered: Some(end), sent: Vec::new() };
        self.answered += 1;
        Ok(())
    }

    /// Compares with what is stored. From then on that is what must be there.
    pub(super) fn verify(&mut self, loaded: &StoreSnapshot) {
        let mut stored: BTreeMap<&str, StoredEnd> = BTreeMap::new();
        for (service, heartbeat) in loaded.heartbeats() {
            stored.extend(heartbeat.last_end.clone().map(|end| (service.as_str(), end)));
        }
        for (job, Reports { answered, sent }) in &mut self.reports {
            let found = stored.remove(job.as_str());
            assert!(
                found == *answered || found.as_ref().is_some_and(|end| sent.contains(end)),
                "{job}: {found:?}, not {answered:?}"
            );
            (*answered, *sent) = (found, Vec::new());
        }
        assert!(stored.is_empty(), "nobody reported {stored:?}");
    }
}
