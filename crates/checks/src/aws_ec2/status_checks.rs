//! AWS's status checks of running instances.

use super::account::Connection;
use super::failure::Failure;
use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::{InstanceStatus, SummaryStatus};
use std::collections::BTreeMap;

/// The limit of EC2.
const IDS_PER_REQUEST: usize = 100;

/// One status check of an instance.
#[derive(Clone, Debug)]
pub(super) struct StatusCheck {
    /// What is checked: `system`, `instance` or `attached EBS`.
    pub(super) name: &'static str,
    pub(super) result: SummaryStatus,
    pub(super) impaired_since: Option<DateTime>,
}

/// The status checks by instance id. Instances that have stopped or were just created are missing.
pub(super) async fn find(connection: &Connection, ids: Vec<String>) -> Result<BTreeMap<String, Vec<StatusCheck>>, Failure> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(IDS_PER_REQUEST) {
        let mut ids = ids.to_vec();
        while !ids.is_empty() {
            let Err(failure) = read_pages(connection, &ids, &mut found).await else { break };
            // A new instance becomes known to the parts of AWS at different times.
            let (_, unknown) = failure.unknown_ids(&ids)?;
            ids.retain(|id| !unknown.contains(id));
        }
    }
    Ok(found)
}

async fn read_pages(
    connection: &Connection,
    ids: &[String],
    found: &mut BTreeMap<String, Vec<StatusCheck>>,
) -> Result<(), Failure> {
    let request = connection.client.describe_instance_status().set_instance_ids(Some(ids.to_vec()));
    let mut page = None;
    loop {
        let answer = request.clone().set_next_token(page).send().await;
        let answer = answer.map_err(|error| Failure::request(&error, "DescribeInstanceStatus", &connection.server))?;
        for status in answer.instance_statuses.unwrap_or_default() {
            // Only requested instances are kept.
            if let Some(id) = status.instance_id().filter(|id| ids.iter().any(|asked| asked == id)) {
                found.insert(id.to_owned(), status_checks(&status));
            }
        }
        page = answer.next_token.filter(|token| !token.is_empty());
        if page.is_none() {
            return Ok(());
        }
    }
}

fn status_checks(status: &InstanceStatus) -> Vec<StatusCheck> {
    let plain = [("system", status.system_status()), ("instance", status.instance_status())];
    let plain = plain.into_iter().filter_map(|(name, summary)| {
        let summary = summary?;
        let impaired_since = summary.details().iter().find_map(|detail| detail.impaired_since().copied());
        Some(StatusCheck { name, result: summary.status()?.clone(), impaired_since })
    });
    let storage = status.attached_ebs_status().and_then(|summary| {
        let impaired_since = summary.details().iter().find_map(|detail| detail.impaired_since().copied());
        Some(StatusCheck { name: "attached EBS", result: summary.status()?.clone(), impaired_since })
    });
    plain.chain(storage).collect()
}
