//! What the state of an instance means.

use super::*;

#[tokio::test]
async fn what_runs_is_operational_and_the_rest_is_down() {
    let region = "eu-west-1";
    let ids = moto().run_instances(region, 3, &[("Name", "web")]);
    moto().call("ec2", region, "StopInstances", &[("InstanceId.1", &ids[1])]);
    moto().call("ec2", region, "TerminateInstances", &[("InstanceId.1", &ids[2])]);

    let rows = look_at_moto(region, json!({"ec2_instance_ids": ids})).await;
    let row = |id: &str| rows.iter().find(|row| row.node == id).unwrap();
    assert_eq!(rows.len(), 3);
    let running = row(&ids[0]);
    assert_eq!((running.state, running.message.as_deref(), running.node_name.as_deref()), (State::Operational, None, Some("web")));
    assert_eq!(running.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["credentials", "instances", "status checks"]);
    let compared: Vec<_> = running.expectations.iter().map(|it| (it.expected.as_str(), it.seen.as_str(), it.met)).collect();
    assert_eq!(
        compared,
        [
            ("state running", "state running", true),
            ("system status check not impaired", "ok", true),
            ("instance status check not impaired", "ok", true)
        ]
    );
    for (id, word) in [(&ids[1], "stopped"), (&ids[2], "terminated")] {
        let row = row(id);
        assert_eq!(row.state, State::Down);
        assert_eq!(row.message, Some(format!("{word} (Client.UserInitiatedShutdown: User initiated shutdown)")));
        assert!(!row.expectations[0].met);
    }
    assert!(rows.iter().all(|row| row.elapsed.is_some()));
}

#[tokio::test]
async fn instances_in_ignored_states_have_no_row() {
    let region = "eu-west-2";
    let ids = moto().run_instances(region, 3, &[]);
    moto().call("ec2", region, "StopInstances", &[("InstanceId.1", &ids[1])]);
    moto().call("ec2", region, "TerminateInstances", &[("InstanceId.1", &ids[2])]);
    assert_eq!(look_at_moto(region, json!({})).await.len(), 3);
    let rows = look_at_moto(region, json!({"ignore_states": ["stopped", "terminated"]})).await;
    assert_eq!(nodes(&rows), [&ids[0]]);
    let named = look_at_moto(region, json!({"ec2_instance_ids": ids, "ignore_states": ["running"]})).await;
    assert_eq!(nodes(&named), sorted(vec![ids[1].clone(), ids[2].clone()]));
}

/// The original failed on instances without tags.
#[tokio::test]
async fn the_tag_name_is_the_name_of_the_node_where_there_is_one() {
    let region = "eu-west-3";
    let named = moto().run_instances(region, 1, &[("Environment", "production"), ("Name", "wéb 1")]);
    let other = moto().run_instances(region, 1, &[("Environment", "production")]);
    let untagged = moto().run_instances(region, 1, &[]);
    let rows = look_at_moto(region, json!({})).await;
    let name = |ids: &[String]| rows.iter().find(|row| row.node == ids[0]).unwrap().node_name.as_deref();
    assert_eq!((name(&named), name(&other), name(&untagged)), (Some("wéb 1"), None, None));
}

/// A connection is kept between checks, and what changed at AWS is seen by the next one.
#[tokio::test]
async fn the_next_check_sees_what_changed() {
    let region = "eu-north-1";
    let ids = moto().run_instances(region, 1, &[]);
    let service = looking::service("aws_ec2", &account(&moto().url(), region), &json!({}));
    assert_eq!(service.check().await.unwrap()[0].state, State::Operational);
    moto().call("ec2", region, "StopInstances", &[("InstanceId.1", &ids[0])]);
    assert_eq!(service.check().await.unwrap()[0].state, State::Down);
    moto().call("ec2", region, "StartInstances", &[("InstanceId.1", &ids[0])]);
    assert_eq!(service.check().await.unwrap()[0].state, State::Operational);
}
