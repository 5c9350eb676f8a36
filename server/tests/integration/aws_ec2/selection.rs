//! Which instances have a row.

use super::*;
use crate::servers::ec2_stub::{Ec2Stub, Parameters, refusal};

/// The original looked only at the first reservation of each page.
#[tokio::test]
async fn all_reservations_of_all_pages_are_looked_at() {
    let region = "us-east-1";
    let mut ids = moto().run_instances(region, 40, &[]);
    // moto counts reservations, of which 200 are on a page.
    for _ in 0..201 {
        ids.extend(moto().run_instances(region, 1, &[]));
    }
    let rows = look_at_moto(region, json!({})).await;
    assert_eq!(nodes(&rows), sorted(ids.clone()));
    assert!(rows.iter().all(|row| row.state == State::Operational && row.message.is_none()), "{:?}", shown(&rows));
    let named = look_at_moto(region, json!({"ec2_instance_ids": ids})).await;
    assert_eq!(nodes(&named), sorted(ids));
}

#[tokio::test]
async fn filters_are_taken_as_ec2_takes_them() {
    let region = "us-east-2";
    let web = moto().run_instances(region, 2, &[("Role", "web"), ("Environment", "production")]);
    let database = moto().run_instances(region, 1, &[("Role", "database"), ("Environment", "production")]);
    let test = moto().run_instances(region, 1, &[("Role", "web"), ("Environment", "test")]);
    moto().call("ec2", region, "StopInstances", &[("InstanceId.1", &test[0])]);
    let all: Vec<String> = [web.clone(), database.clone(), test.clone()].concat();
    for (filters, expected) in [
        (json!([{"Name": "tag:Role", "Values": ["web"]}]), [web.clone(), test.clone()].concat()),
        (json!([{"Name": "tag:Role", "Values": ["web", "database"]}]), all.clone()),
        (json!([{"Name": "tag:Role", "Values": ["web"]}, {"Name": "tag:Environment", "Values": ["prod*"]}]), web.clone()),
        (json!([{"Name": "instance-state-name", "Values": ["stopped"]}]), test),
        (json!([]), all.clone()),
    ] {
        let rows = look_at_moto(region, json!({"ec2_filters": filters})).await;
        assert_eq!(nodes(&rows), sorted(expected), "{filters}");
    }
    // Those that are named have to match as well.
    let both = json!({"ec2_instance_ids": all, "ec2_filters": [{"Name": "tag:Role", "Values": ["database"]}]});
    assert_eq!(nodes(&look_at_moto(region, both).await), database);
}

/// A wrong filter looks like a group that has scaled to zero, so it is for the operator to say which of the two is all right.
#[tokio::test]
async fn where_there_is_no_instance_the_row_says_what_was_looked_for() {
    let region = "ap-northeast-1";
    let none = look(&moto().url(), region, json!({})).await.unwrap_err();
    assert_eq!(none, "there is no instance in ap-northeast-1; if that is all right, set `allow_empty: true` in `data`");
    let ids = moto().run_instances(region, 5, &[("Role", "web")]);
    let filters = json!([{"Name": "tag:Role", "Values": ["database", "cache"]}, {"Name": "tag:Stage", "Values": ["test"]}]);
    let in_order = sorted(ids.clone());
    let named = format!("{}; {}; {} and 2 more", in_order[0], in_order[1], in_order[2]);
    for (data, nothing) in [
        (
            json!({"ec2_filters": filters}),
            "no instance in ap-northeast-1 matches `ec2_filters` (tag:Role=database,cache; tag:Stage=test)".to_owned(),
        ),
        (
            json!({"ec2_filters": filters, "ec2_instance_ids": ids}),
            format!(
                "no instance of `ec2_instance_ids` ({named}) in ap-northeast-1 matches `ec2_filters` (tag:Role=database,cache; \
                 tag:Stage=test)"
            ),
        ),
        (
            json!({"ec2_instance_ids": ids, "ignore_states": ["running"]}),
            format!(
                "there is no instance of `ec2_instance_ids` ({named}) in ap-northeast-1, apart from 5 that `ignore_states` leaves out"
            ),
        ),
    ] {
        let unknown = look(&moto().url(), region, data.clone()).await.unwrap_err();
        assert_eq!(unknown, format!("{nothing}; if that is all right, set `allow_empty: true` in `data`"), "{data}");
        let mut allowing = data.clone();
        allowing["allow_empty"] = json!(true);
        let rows = look_at_moto(region, allowing).await;
        assert_eq!(shown(&rows), [("n/a", None, State::Operational, Some(nothing.as_str()))], "{data}");
        assert!(rows[0].elapsed.is_some());
    }
    let some = look_at_moto(region, json!({"allow_empty": true})).await;
    assert_eq!(nodes(&some), in_order);
}

#[tokio::test]
async fn ids_that_aws_does_not_know_are_reported_and_hide_nothing() {
    let region = "us-west-1";
    let known = moto().run_instances(region, 2, &[]);
    let unknown = ["i-00000000000000001", "i-0000000000000000f"];
    let ids = [&known[0], unknown[0], &known[1], unknown[1]];
    let rows = look_at_moto(region, json!({"ec2_instance_ids": ids})).await;
    assert_eq!(rows.len(), 4);
    for row in &rows {
        let message = row.message.as_deref().unwrap_or_default();
        if unknown.contains(&row.node.as_str()) {
            assert_eq!(row.state, State::Unknown);
            assert!(message.starts_with("AWS knows no such instance in this region (InvalidInstanceID.NotFound)"), "{message}");
        } else {
            assert_eq!((row.state, message), (State::Operational, ""));
        }
    }
    assert_eq!(nodes(&look_at_moto(region, json!({"ec2_instance_ids": [unknown[0]]})).await), [unknown[0]]);
}

#[tokio::test]
async fn an_invalid_id_is_reported_and_hides_nothing() {
    // moto takes every text for an id.
    let stub = Ec2Stub::answering(|parameters: &Parameters| match parameters.values().any(|value| value == "i-web") {
        true => (400, refusal("InvalidInstanceID.Malformed", "Invalid id: &quot;i-web&quot;")),
        false if parameters["Action"] == "DescribeInstances" => (200, super::limits::page(&["i-0a"], "stopped", None)),
        false => (200, "<DescribeInstanceStatusResponse/>".to_owned()),
    });
    let rows = look(&stub.url(), "eu-west-1", json!({"ec2_instance_ids": ["i-web", "i-0a"]})).await.unwrap();
    assert_eq!(
        shown(&rows),
        [
            ("i-0a", None, State::Down, Some("stopped")),
            ("i-web", None, State::Unknown, Some("this is no id of an instance (InvalidInstanceID.Malformed)")),
        ]
    );
}

#[tokio::test]
async fn many_ids_are_asked_for_in_parts() {
    let stub = Ec2Stub::answering(|parameters| match parameters["Action"].as_str() {
        "DescribeInstances" => {
            let ids: Vec<_> =
                parameters.iter().filter(|(key, _)| key.starts_with("InstanceId.")).map(|(_, id)| id.as_str()).collect();
            (200, super::limits::page(&ids, "running", None))
        }
        _ => (200, "<DescribeInstanceStatusResponse/>".to_owned()),
    });
    let ids: Vec<_> = (0..250).map(|number| format!("i-{number:017x}")).collect();
    let rows = look(&stub.url(), "eu-west-1", json!({"ec2_instance_ids": ids})).await.unwrap();
    assert_eq!(nodes(&rows), ids);
    let n_ids = |parameters: &Parameters| parameters.keys().filter(|key| key.starts_with("InstanceId.")).count();
    let asked: Vec<_> = stub.requests().iter().map(|request| (request["Action"].clone(), n_ids(request))).collect();
    let parts = |action: &str| [100, 100, 50].map(|number| (action.to_owned(), number));
    assert_eq!(asked, [parts("DescribeInstances"), parts("DescribeInstanceStatus")].concat());
}
