//! How samples get into chunks. The same is done when a chunk is written and when it is read together with samples that are not in
//! it yet, so that both always say the same.

pub use super::tail::Recent;
use crate::{BucketChunk, Corrupt, NodeId, Sample, StoredChunk, Tier, decode_raw, encode_raw, fold_into};
use std::collections::{BTreeMap, BTreeSet};

/// The slots of a tier in which these samples leave anything.
pub fn slots(tier: Tier, samples: &[Recent]) -> BTreeSet<i64> {
    let touched = |sample: &Sample| match tier {
        Tier::Raw => tier.slot(sample.at)..=tier.slot(sample.at),
        _ => tier.slot(sample.at - i64::from(sample.held))..=tier.slot(sample.at),
    };
    samples.iter().flat_map(|recent| touched(&recent.sample)).collect()
}

/// The chunks of a node with these samples in them, through this commit. `existing` are the chunks that there are in their slots.
///
/// Fails when one of them cannot be read.
pub fn fold(node: NodeId, samples: &[Recent], through: u64, existing: &[StoredChunk]) -> Result<Vec<StoredChunk>, Corrupt> {
    let tiers: Result<Vec<_>, _> = Tier::ALL.into_iter().map(|tier| fold_tier(tier, node, samples, through, existing)).collect();
    Ok(tiers?.into_iter().flatten().collect())
}

/// As [`fold`], those of one tier.
pub fn fold_tier(
    tier: Tier,
    node: NodeId,
    samples: &[Recent],
    through: u64,
    existing: &[StoredChunk],
) -> Result<Vec<StoredChunk>, Corrupt> {
    let existing: BTreeMap<i64, &[u8]> = of_tier(tier, existing).collect();
    let fold = |slot| {
        let bytes = existing.get(&slot).copied();
        let content = match tier {
            Tier::Raw => encode_raw(&raw(node, slot, bytes, samples)?),
            _ => buckets(tier, slot, bytes, samples)?.encode(tier, slot),
        };
        Ok(StoredChunk { tier, slot, node, bytes: crate::sealed::seal(through, &content) })
    };
    slots(tier, samples).into_iter().map(fold).collect()
}

/// The buckets of a slot, from its chunk, if there is one, and the samples that are not in it.
pub fn buckets(tier: Tier, slot: i64, bytes: Option<&[u8]>, samples: &[Recent]) -> Result<BucketChunk, Corrupt> {
    let (through, mut chunk) = match bytes {
        Some(bytes) => {
            let (through, content) = crate::sealed::open(bytes)?;
            (through, BucketChunk::decode(tier, slot, content)?)
        }
        None => (0, BucketChunk::default()),
    };
    let mut added = BTreeMap::new();
    for recent in samples.iter().filter(|recent| recent.commit > through) {
        fold_into(&mut added, tier, &recent.sample);
    }
    // What a sample leaves in the slot before is for the chunk of that slot to take.
    if let Some(added) = added.remove(&slot) {
        for (start, bucket) in added.iter() {
            chunk.bucket_mut(start).merge(bucket);
        }
    }
    Ok(chunk)
}

/// The samples of a slot in the order of time, from its chunk, if there is one, and the samples that are not in it.
pub fn raw(node: NodeId, slot: i64, bytes: Option<&[u8]>, samples: &[Recent]) -> Result<Vec<Sample>, Corrupt> {
    let (through, mut all) = match bytes {
        Some(bytes) => {
            let (through, content) = crate::sealed::open(bytes)?;
            (through, decode_raw(node, content)?)
        }
        None => (0, Vec::new()),
    };
    let is_new = |recent: &&Recent| recent.commit > through && Tier::Raw.slot(recent.sample.at) == slot;
    all.extend(samples.iter().filter(is_new).map(|recent| recent.sample));
    all.sort_by_key(|sample| sample.at);
    Ok(all)
}

fn of_tier(tier: Tier, chunks: &[StoredChunk]) -> impl Iterator<Item = (i64, &[u8])> {
    chunks.iter().filter(move |chunk| chunk.tier == tier).map(|chunk| (chunk.slot, chunk.bytes.as_slice()))
}
