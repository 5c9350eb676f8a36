//! Loads a store for services that may have other ids than before.

use crate::{FormerIds, LeftHistory, Store, StoreError, StoreSnapshot};

/// Loads the store, and gives services what it holds under their former ids. That is one commit: it is stored whole or not at all, and after
/// it there is nothing left to do.
pub(super) async fn load_renamed(
    store: &dyn Store,
    former_ids: &FormerIds,
) -> Result<(StoreSnapshot, Vec<LeftHistory>), StoreError> {
    let mut loaded = store.load().await?;
    let renames = former_ids.decide_for(&loaded);
    if let Some(commit) = renames.apply(&mut loaded) {
        store.commit(&commit).await?;
        let nodes = commit.nodes.len();
        tracing::info!(nodes, silences = commit.silences.len(), "Renamed services continue with the history of their former ids.");
    }
    Ok((loaded, renames.left().to_vec()))
}
