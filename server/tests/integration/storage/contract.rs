//! The contract of every store.

mod loading;
mod commits;
mod folding;
mod events;
mod notes;
mod alerts;
mod pruning;
mod renames;
mod together;

use std::sync::Arc;
use std::time::Duration;
use storage::{Commit, Fold, Store, StoreSnapshot};

/// So long a case may take where much else runs on the same machine.
const DEADLINE: Duration = Duration::from_secs(240);

/// A database of its own for one case.
pub(crate) trait Database {
    /// Opens the same data, as a process that starts anew would.
    fn open(&self) -> Arc<dyn Store>;

    /// Whether a reader sees a commit that is being stored either completely or not at all.
    fn reads_are_whole(&self) -> bool {
        true
    }
}

/// Goes through all cases, each with a fresh database. A panic says which.
pub(crate) async fn holds(fresh: impl AsyncFn() -> Box<dyn Database>) {
    check("a fresh database is empty", &fresh, loading::is_empty).await;
    check("every field of every record comes back", &fresh, loading::every_field).await;
    check("as little as a record may hold comes back", &fresh, loading::little).await;
    check("the highest numbers come back", &fresh, loading::highest_numbers).await;
    check("loading again says the same", &fresh, loading::again).await;
    check("a commit that is stored is not stored again", &fresh, commits::again).await;
    check("an older commit does nothing", &fresh, commits::older).await;
    check("numbers may leave gaps", &fresh, commits::gaps).await;
    check("an empty commit counts", &fresh, commits::empty).await;
    check("what has the same id is replaced", &fresh, commits::same_ids).await;
    check("what was forgotten keeps its record", &fresh, commits::forgotten).await;
    check("the journal keeps its order", &fresh, commits::journal).await;
    check("a big commit is stored whole", &fresh, commits::big).await;
    check("a fold replaces chunks and nodes", &fresh, folding::replaces).await;
    check("a fold drops the journal up to the given point", &fresh, folding::drops).await;
    check("a routine change is there after the fold", &fresh, folding::routine).await;
    check("chunks come by tier, slots and nodes", &fresh, folding::wanted).await;
    check("every chunk of a slot has its node", &fresh, folding::extremes).await;
    check("no range is empty by accident", &fresh, folding::ranges).await;
    check("chunks may be empty or long", &fresh, folding::sizes).await;
    check("ten thousand nodes can be asked for", &fresh, folding::many).await;
    check("the latest transitions come first", &fresh, events::latest_transitions).await;
    check("transitions come by time", &fresh, events::transitions_by_time).await;
    check("transitions come by node", &fresh, events::transitions_by_node).await;
    check("incidents come by the time they lasted", &fresh, events::incidents_by_time).await;
    check("the latest incidents come first, by node", &fresh, events::latest_incidents).await;
    check("an incident ends", &fresh, events::incident_ends).await;
    check("messages wait until they are settled", &fresh, alerts::messages).await;
    check("silences hold until they are withdrawn", &fresh, alerts::silences).await;
    check("API keys are there until they are revoked", &fresh, alerts::api_keys).await;
    check("notes come by incident, the first first", &fresh, notes::by_incident).await;
    check("notes go with their incident", &fresh, notes::pruned).await;
    check("a renamed service keeps everything", &fresh, renames::everything).await;
    check("a rename that is interrupted is completed, once", &fresh, renames::interrupted).await;
    check("old chunks go, by tier", &fresh, pruning::chunks).await;
    check("old transitions go", &fresh, pruning::transitions).await;
    check("old incidents go, but none that lasts", &fresh, pruning::incidents).await;
    check("nodes go", &fresh, pruning::nodes).await;
    check("much goes little by little", &fresh, pruning::much).await;
    check("the last numbers outlive what had them", &fresh, pruning::last_numbers).await;
    check("no reader sees half a commit", &fresh, together::commits).await;
    check("no reader sees half a chunk or an older one", &fresh, together::folds).await;
    check("what was given up is stored once", &fresh, together::given_up).await;
    check("a process that ends without closing loses nothing", &fresh, together::not_closed).await;
}

async fn check(name: &str, fresh: &impl AsyncFn() -> Box<dyn Database>, case: impl AsyncFn(&dyn Database)) {
    eprintln!("case: {name}");
    let database = fresh().await;
    tokio::time::timeout(DEADLINE, case(&*database)).await.unwrap_or_else(|_| panic!("{name}: not done within {DEADLINE:?}"));
}

/// A store that knows what it holds, and that.
async fn start(database: &dyn Database) -> (Arc<dyn Store>, StoreSnapshot) {
    let store = database.open();
    let mut loaded = store.load().await.unwrap();
    // Of these the order is not part of the contract.
    loaded.open_incidents.sort_by_key(|incident| incident.id);
    loaded.silences.sort_by_key(|silence| silence.id);
    loaded.keys.sort_by_key(|key| key.id);
    (store, loaded)
}

/// As [`start`], where what it holds does not matter.
async fn begin(database: &dyn Database) -> Arc<dyn Store> {
    start(database).await.0
}

/// As [`start`], after the process before has ended as it should.
async fn restart(database: &dyn Database, store: Arc<dyn Store>) -> (Arc<dyn Store>, StoreSnapshot) {
    store.close().await.unwrap();
    drop(store);
    start(database).await
}

/// What a process finds that starts after another has stored these.
async fn stored(database: &dyn Database, commits: &[Commit]) -> (Arc<dyn Store>, StoreSnapshot) {
    let store = begin(database).await;
    for commit in commits {
        store.commit(commit).await.unwrap();
    }
    restart(database, store).await
}

async fn fold(store: &dyn Store, fold: Fold) {
    store.fold(&fold).await.unwrap();
}
