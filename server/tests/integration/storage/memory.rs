//! The store that ends with the process.

use super::contract::{self, Database};
use std::sync::Arc;
use storage::Store;
use storage::memory::MemoryStore;

/// Nothing is left of it but what the process holds, so opening it again gives the same one.
struct Memory(Arc<MemoryStore>);

impl Database for Memory {
    fn open(&self) -> Arc<dyn Store> {
        self.0.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_holds_the_contract() {
    contract::holds(async || Box::new(Memory(Arc::default())) as Box<dyn Database>).await;
}
