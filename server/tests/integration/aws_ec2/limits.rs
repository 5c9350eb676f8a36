//! That nothing is without an end.

use super::*;
use crate::servers::ec2_stub::{Ec2Stub, Parameters};
use std::time::{Duration, Instant};

/// A page of the answer to `DescribeInstances`.
pub(super) fn page(ids: &[&str], state: &str, next: Option<&str>) -> String {
    let instances: String = ids
        .iter()
        .map(|id| format!("<item><instanceId>{id}</instanceId><instanceState><name>{state}</name></instanceState></item>"))
        .collect();
    let next = next.map(|token| format!("<nextToken>{token}</nextToken>")).unwrap_or_default();
    format!(
        "<DescribeInstancesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><reservationSet><item><instancesSet>{instances}\
         </instancesSet></item></reservationSet>{next}</DescribeInstancesResponse>"
    )
}

/// Instances without number, 500 on a page.
fn endless() -> Ec2Stub {
    Ec2Stub::answering(|parameters: &Parameters| {
        let page_number: usize = parameters.get("NextToken").map_or(0, |token| token.parse().unwrap());
        let ids: Vec<_> = (0..500).map(|number| format!("i-{:017x}", page_number * 500 + number)).collect();
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        (200, page(&ids, "stopped", Some(&(page_number + 1).to_string())))
    })
}

#[tokio::test]
async fn at_most_five_thousand_instances_have_a_row_and_the_rest_is_reported() {
    let rows = look(&endless().url(), "eu-west-1", json!({})).await.unwrap();
    assert_eq!(rows.len(), 5_001);
    let last = rows.last().unwrap();
    let message = "there are more than 5000 instances, and the others have no row; narrow `ec2_filters`";
    assert_eq!((last.node.as_str(), last.state, last.message.as_deref()), ("n/a", State::Unknown, Some(message)));

    let ids: Vec<_> = (0..5_001).map(|number| format!("i-{number:017x}")).collect();
    let refused = looking::connect("aws_ec2", &account("http://localhost", "eu-west-1"), &json!({"ec2_instance_ids": ids}));
    assert!(refused.err().unwrap().contains("`ec2_instance_ids` must not hold more than 5000 ids"));
}

/// The same page over and over holds nothing new, so that only time ends it.
#[tokio::test]
async fn pages_that_lead_to_themselves_end_with_the_time() {
    let stub = Ec2Stub::answering(|_| (200, page(&["i-0a"], "running", Some("again"))));
    let properties = looking_at(&stub.url(), json!({"timeout": 1}));
    let begun = Instant::now();
    let error = looking::look("aws_ec2", &properties, &json!({})).await.unwrap_err();
    assert_eq!(error, "no complete list of instances from AWS within 1 s");
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read_to_its_end() {
    let stub = Ec2Stub::answering(|_| (200, format!("<DescribeInstancesResponse>{}", " ".repeat(33 << 20))));
    let error = look(&stub.url(), "eu-west-1", json!({})).await.unwrap_err();
    assert_eq!(error, format!("the answer of 127.0.0.1:{} is larger than 32 MiB", stub.port()));
}

#[tokio::test]
async fn frequent_checks_use_the_same_connection() {
    let stub = Ec2Stub::answering(|_| (200, page(&["i-0a"], "stopped", None)));
    let service = looking::service("aws_ec2", &account(&stub.url(), "eu-west-1"), &json!({}));
    for _ in 0..50 {
        assert_eq!(service.check().await.unwrap().len(), 1);
    }
    assert_eq!(stub.requests().len(), 50);
    // One that is being given back may come too late for the next request.
    assert!(stub.n_connections() <= 2, "{} connections", stub.n_connections());
}

/// The properties of an account, with further ones added.
pub(super) fn looking_at(url: &str, more: Value) -> Value {
    let mut properties = account(url, "eu-west-1");
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    properties
}
