//! The embedded store, on real files.

mod older;
mod trouble;

use super::contract::{self, Database};
use std::path::Path;
use std::sync::Arc;
use storage::Store;
use storage::sqlite::{Settings, SqliteStore};
use tempfile::TempDir;

/// A folder with one database.
struct Folder(TempDir);

impl Database for Folder {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(store(&self.0.path().join("platus.db")))
    }
}

fn store(path: &Path) -> SqliteStore {
    let settings: Settings = serde_json::from_value(serde_json::json!({"path": path})).unwrap();
    SqliteStore::new(&settings, Path::new("/nonexistent")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_holds_the_contract() {
    contract::holds(async || Box::new(Folder(TempDir::new().unwrap())) as Box<dyn Database>).await;
}

#[test]
fn without_a_path_it_is_beside_the_configuration() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::new(&Settings::default(), folder.path()).unwrap();
    assert_eq!(Path::new(&store.place()), folder.path().join("platus.db"));
    assert!(!folder.path().join("platus.db").exists());
}
