//! The metrics of checks.

use super::*;

/// The number of values that history knows of the metric `load`, and their mean.
async fn known(history: &HistoryReader) -> Option<(u32, f32)> {
    let now = chrono::Utc::now().timestamp_millis();
    let series = history.metrics(&[NodeId(1)], now - 7_200_000..now, 1, now).await.unwrap();
    let merged = series.merged();
    let buckets = merged.iter().find(|(key, _)| key.name == "load").map(|(_, buckets)| buckets)?;
    let count = buckets.values().map(|bucket| bucket.count).sum();
    Some((count, buckets.values().map(|bucket| bucket.mean * bucket.count as f32).sum::<f32>() / count as f32))
}

fn measure(writer: &StoreWriter, value: f64) {
    let at = instant(60).timestamp_millis();
    writer.add_metrics(&ServiceId::new("s1"), "host", at, [("load", "", value)].into_iter());
}

#[tokio::test(start_paused = true)]
async fn metrics_are_the_same_before_and_after_folding_and_after_a_fold_that_was_given_up() {
    let store = Arc::new(Moody::default());
    let Start { writer, history, .. } = started(&store, false).await.unwrap();
    measure(&writer, 9.0);
    assert_eq!(known(&history).await, None, "the node is not stored yet");
    writer.save(commit(1, &[1])).await;
    measure(&writer, 1.0);
    writer.save(commit(2, &[1])).await;
    measure(&writer, 3.0);
    assert_eq!(known(&history).await, Some((2, 2.0)));

    // The first fold happens and is not answered, so it is done again.
    store.be(SILENT);
    until(&writer, |health| health.outage.is_some()).await;
    assert_eq!(known(&history).await, Some((2, 2.0)), "what is folded and still in memory counts once");
    store.be(WORKS);
    until(&writer, |health| health.outage.is_none()).await;
    tokio::time::sleep(Duration::from_secs(1_300)).await;
    assert_eq!(known(&history).await, Some((2, 2.0)));
    assert_eq!(checks(&history, 1).await, 2, "metrics are no checks");
    let now = chrono::Utc::now().timestamp_millis();
    assert_eq!(history.totals(None, now - 7_200_000..now, now).await.unwrap().len(), 1, "and no nodes");
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn the_latest_metrics_survive_the_end_of_the_process() {
    let store = Arc::new(Moody::default());
    let Start { writer, .. } = started(&store, false).await.unwrap();
    writer.save(commit(1, &[1])).await;
    measure(&writer, 1.0);
    writer.close().await;
    let Start { writer, history, .. } = started(&store, false).await.unwrap();
    assert_eq!(known(&history).await, Some((1, 1.0)));
    writer.save(commit(2, &[1])).await;
    measure(&writer, 3.0);
    assert_eq!(known(&history).await, Some((2, 2.0)));
    tokio::time::sleep(Duration::from_secs(1_300)).await;
    assert_eq!(known(&history).await, Some((2, 2.0)));
    writer.close().await;
}
