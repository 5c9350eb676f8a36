//! Finds the instances.

use super::account::Connection;
use super::failure::Failure;
use super::properties::Data;
use aws_sdk_ec2::types::{Filter, Instance as Description, InstanceStateName};
use net::excerpt::shortened;
use std::collections::{BTreeMap, BTreeSet};
use yaml::InvalidSetting;

/// Maximum number of rows: each is kept in memory and sent to every open page.
pub(super) const MOST_INSTANCES: usize = 5_000;

/// EC2 allows 1,000. An instance has about 8 kB, and a page is read whole.
const INSTANCES_PER_PAGE: i32 = 200;

/// Number of ids in one request.
const IDS_PER_REQUEST: usize = 100;

/// Which instances are checked.
pub(super) struct Selection {
    /// If empty, all instances that match the filters.
    ids: Vec<String>,
    filters: Vec<Filter>,
    ignored_states: Vec<InstanceStateName>,
}

/// The instances that were found.
#[derive(Default)]
pub(super) struct Found {
    /// By id.
    pub(super) instances: BTreeMap<String, Instance>,
    /// Ids that AWS does not know, with its error codes.
    pub(super) missing: Vec<(String, String)>,
    /// Whether there are more than [`MOST_INSTANCES`].
    pub(super) is_cut: bool,
    /// Number of instances that were ignored for their state.
    pub(super) n_ignored: usize,
}

/// An instance as AWS describes it.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// The tag `Name`.
    pub(super) name: Option<String>,
    pub(super) state: InstanceStateName,
    /// The reason of AWS for this state.
    pub(super) reason: Option<String>,
}

impl Selection {
    pub(super) fn new(data: Data) -> Result<Self, InvalidSetting> {
        let ignored_states = data.ignored_states();
        let ids: BTreeSet<String> = data.ec2_instance_ids.unwrap_or_default().into_iter().collect();
        if ids.len() > MOST_INSTANCES {
            return Err(InvalidSetting::new(format!("`ec2_instance_ids` must not hold more than {MOST_INSTANCES} ids")));
        }
        let filters = data.ec2_filters.unwrap_or_default().into_iter();
        Ok(Self {
            ids: ids.into_iter().collect(),
            filters: filters.map(|filter| Filter::builder().name(filter.name).set_values(Some(filter.values)).build()).collect(),
            ignored_states,
        })
    }

    /// Requests all pages.
    pub(super) async fn find(&self, connection: &Connection) -> Result<Found, Failure> {
        let mut found = Found::default();
        if self.ids.is_empty() {
            self.read_pages(connection, &[], &mut found).await?;
        }
        for ids in self.ids.chunks(IDS_PER_REQUEST) {
            self.find_named(connection, ids.to_vec(), &mut found).await?;
        }
        Ok(found)
    }

    /// An unknown id makes the whole request fail, so the others are requested again.
    async fn find_named(&self, connection: &Connection, mut ids: Vec<String>, found: &mut Found) -> Result<(), Failure> {
        while !ids.is_empty() {
            let Err(failure) = self.read_pages(connection, &ids, found).await else { return Ok(()) };
            let (code, unknown) = failure.unknown_ids(&ids)?;
            ids.retain(|id| !unknown.contains(id));
            found.missing.extend(unknown.into_iter().map(|id| (id, code.clone())));
        }
        Ok(())
    }

    /// The message if no instance was found: what was searched.
    pub(super) fn nothing_found(&self, n_ignored: usize, region: &str) -> String {
        let named = || few(self.ids.iter().cloned());
        let filters = || few(self.filters.iter().map(in_words));
        let mut text = match (self.ids.is_empty(), self.filters.is_empty()) {
            (true, true) => format!("there is no instance in {region}"),
            (false, true) => format!("there is no instance of `ec2_instance_ids` ({}) in {region}", named()),
            (true, false) => format!("no instance in {region} matches `ec2_filters` ({})", filters()),
            (false, false) => {
                format!("no instance of `ec2_instance_ids` ({}) in {region} matches `ec2_filters` ({})", named(), filters())
            }
        };
        if n_ignored > 0 {
            text += &format!(", apart from {n_ignored} that `ignore_states` leaves out");
        }
        text
    }

    async fn read_pages(&self, connection: &Connection, ids: &[String], found: &mut Found) -> Result<(), Failure> {
        let request = connection.client.describe_instances().set_filters(some_of(&self.filters)).set_instance_ids(some_of(ids));
        // EC2 does not allow both.
        let request = request.set_max_results(ids.is_empty().then_some(INSTANCES_PER_PAGE));
        let mut page = None;
        loop {
            let answer = request.clone().set_next_token(page).send().await;
            let answer = answer.map_err(|error| Failure::request(&error, "DescribeInstances", &connection.server))?;
            for reservation in answer.reservations.unwrap_or_default() {
                for description in reservation.instances.unwrap_or_default() {
                    self.take(description, found);
                }
            }
            page = answer.next_token.filter(|token| !token.is_empty());
            if page.is_none() || found.is_cut {
                return Ok(());
            }
        }
    }

    fn take(&self, description: Description, found: &mut Found) {
        let Some((id, instance)) = Instance::read(description) else { return };
        if self.ignored_states.contains(&instance.state) {
            found.n_ignored += 1;
            return;
        }
        if found.instances.len() < MOST_INSTANCES || found.instances.contains_key(&id) {
            found.instances.insert(id, instance);
        } else {
            found.is_cut = true;
        }
    }
}

impl Found {
    /// The ids of running instances.
    pub(super) fn running(&self) -> Vec<String> {
        let running = self.instances.iter().filter(|(_, instance)| instance.state == InstanceStateName::Running);
        running.map(|(id, _)| id.clone()).collect()
    }
}

impl Instance {
    /// The instance and its id; `None` without an id.
    pub(super) fn read(description: Description) -> Option<(String, Self)> {
        let id = description.instance_id?;
        let tags = description.tags.unwrap_or_default();
        let name = tags.into_iter().find(|tag| tag.key() == Some("Name")).and_then(|tag| tag.value);
        let reason = description.state_reason.and_then(|reason| reason.message).or(description.state_transition_reason);
        let instance = Self {
            name: name.filter(|name| !name.is_empty()),
            state: description.state.and_then(|state| state.name).unwrap_or_else(|| InstanceStateName::from("")),
            reason: reason.filter(|reason| !reason.is_empty()),
        };
        Some((id, instance))
    }
}

/// For example `tag:Role=web,database`.
fn in_words(filter: &Filter) -> String {
    format!("{}={}", filter.name().unwrap_or_default(), filter.values().join(","))
}

/// The first entries, and the number of further ones.
fn few(entries: impl Iterator<Item = String>) -> String {
    const FEW: usize = 3;
    let mut entries: Vec<_> = entries.map(|entry| shortened(&entry)).collect();
    let more = entries.len().saturating_sub(FEW);
    entries.truncate(FEW);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", entries.join("; "))
}

fn some_of<T: Clone>(values: &[T]) -> Option<Vec<T>> {
    (!values.is_empty()).then(|| values.to_vec())
}
