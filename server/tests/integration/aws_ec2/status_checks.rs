//! The checks that AWS makes of running instances, of which those of moto always pass.

use super::limits::page;
use super::*;
use crate::servers::ec2_stub::{Ec2Stub, refusal};

/// A running instance whose status checks are these elements.
pub(super) fn running(checks: impl Into<String>) -> Ec2Stub {
    let checks = checks.into();
    Ec2Stub::answering(move |parameters| match parameters["Action"].as_str() {
        "DescribeInstances" => (200, page(&["i-0a"], "running", None)),
        _ => (200, statuses(&checks)),
    })
}

fn statuses(checks: &str) -> String {
    format!(
        "<DescribeInstanceStatusResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><instanceStatusSet><item>\
         <instanceId>i-0a</instanceId><instanceState><code>16</code><name>running</name></instanceState>{checks}\
         </item></instanceStatusSet></DescribeInstanceStatusResponse>"
    )
}

pub(super) fn check(name: &str, result: &str) -> String {
    format!("<{name}><status>{result}</status><details><item><name>reachability</name><status>x</status></item></details></{name}>")
}

fn failed(name: &str) -> String {
    format!(
        "<{name}><status>impaired</status><details><item><impairedSince>2026-11-24T10:11:12.000Z</impairedSince>\
         <name>reachability</name><status>failed</status></item></details></{name}>"
    )
}

#[tokio::test]
async fn a_failed_check_makes_a_running_instance_unhealthy() {
    let since = "fails since 2026-11-24 10:11 UTC";
    for (checks, state, message) in [
        (check("systemStatus", "ok") + &check("instanceStatus", "ok"), State::Operational, None),
        (
            failed("systemStatus") + &check("instanceStatus", "ok"),
            State::Unhealthy,
            Some(format!("the system status check {since}")),
        ),
        (
            check("systemStatus", "ok") + &failed("instanceStatus"),
            State::Unhealthy,
            Some(format!("the instance status check {since}")),
        ),
        (
            failed("systemStatus") + &failed("instanceStatus"),
            State::Unhealthy,
            Some(format!("the system status check {since}; the instance status check {since}")),
        ),
        (
            check("systemStatus", "ok") + &check("instanceStatus", "ok") + &failed("attachedEbsStatus"),
            State::Unhealthy,
            Some(format!("the attached EBS status check {since}")),
        ),
        (
            check("systemStatus", "initializing") + &check("instanceStatus", "initializing"),
            State::Operational,
            Some("the system status check is initializing; the instance status check is initializing".to_owned()),
        ),
        (
            check("systemStatus", "insufficient-data") + &check("instanceStatus", "ok"),
            State::Operational,
            Some("AWS has no data for the system status check".to_owned()),
        ),
    ] {
        let rows = look(&running(checks.clone()).url(), "eu-west-1", json!({})).await.unwrap();
        assert_eq!(shown(&rows), [("i-0a", None, state, message.as_deref())], "{checks}");
    }
}

#[tokio::test]
async fn an_instance_that_the_checks_do_not_know_yet_is_operational() {
    let expected = [("i-0a", None, State::Operational, Some("no status checks by AWS yet"))];
    let nothing = Ec2Stub::answering(|parameters| match parameters["Action"].as_str() {
        "DescribeInstances" => (200, page(&["i-0a"], "running", None)),
        _ => (200, "<DescribeInstanceStatusResponse><instanceStatusSet/></DescribeInstanceStatusResponse>".to_owned()),
    });
    assert_eq!(shown(&look(&nothing.url(), "eu-west-1", json!({})).await.unwrap()), expected);
    let unknown = Ec2Stub::answering(|parameters| match parameters["Action"].as_str() {
        "DescribeInstances" => (200, page(&["i-0a"], "running", None)),
        _ => (400, refusal("InvalidInstanceID.NotFound", "The instance ID 'i-0a' does not exist")),
    });
    assert_eq!(shown(&look(&unknown.url(), "eu-west-1", json!({})).await.unwrap()), expected);
}

#[tokio::test]
async fn all_pages_of_the_checks_are_read() {
    let stub = Ec2Stub::answering(|parameters| match parameters["Action"].as_str() {
        "DescribeInstances" => (200, page(&["i-0a"], "running", None)),
        _ if parameters.contains_key("NextToken") => (200, statuses(&failed("systemStatus"))),
        _ => (200, "<DescribeInstanceStatusResponse><nextToken>2</nextToken></DescribeInstanceStatusResponse>".to_owned()),
    });
    assert_eq!(look(&stub.url(), "eu-west-1", json!({})).await.unwrap()[0].state, State::Unhealthy);
}
