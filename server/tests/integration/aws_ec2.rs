//! The plugin `aws_ec2` against moto, and against a stub where moto cannot be made to answer as EC2 does.

mod account;
mod addresses;
mod limits;
mod refusals;
mod selection;
mod states;
mod status_checks;

use crate::looking;
use crate::servers::moto::MotoServer;
use model::Observation;
use model::State;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// One server for all tests, each of which has a region of its own.
pub(crate) fn moto() -> &'static MotoServer {
    static MOTO: LazyLock<MotoServer> = LazyLock::new(MotoServer::start);
    &MOTO
}

/// The properties of an account at this address.
pub(crate) fn account(url: &str, region: &str) -> Value {
    json!({"region": region, "access_key": "AKIDEXAMPLE", "secret_key": "marker-secret", "endpoint_url": url})
}

async fn look(url: &str, region: &str, data: Value) -> Result<Vec<Observation>, String> {
    looking::look("aws_ec2", &account(url, region), &data).await
}

/// Looks at the shared moto.
async fn look_at_moto(region: &str, data: Value) -> Vec<Observation> {
    look(&moto().url(), region, data).await.unwrap_or_else(|error| panic!("unknown: {error}"))
}

/// Node, its name, state and message of each row, as they would be read on the page.
fn shown(rows: &[Observation]) -> Vec<(&str, Option<&str>, State, Option<&str>)> {
    rows.iter().map(|row| (row.node.as_str(), row.node_name.as_deref(), row.state, row.message.as_deref())).collect()
}

fn nodes(rows: &[Observation]) -> Vec<&str> {
    rows.iter().map(|row| row.node.as_str()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable();
    ids
}
