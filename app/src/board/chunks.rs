use super::arrangement::Line;
use std::sync::Arc;

/// The lines of a chunk, on average.
const LINES: u32 = 16;

/// Successive lines of a group, which the browser lays out together.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// Unique on the board.
    pub id: String,
    pub lines: Arc<[Line]>,
}

impl Chunk {
    /// All lines of a group as one chunk.
    pub fn whole(group: &str, lines: &[Line]) -> Vec<Self> {
        vec![Self::first(group, lines)]
    }

    /// The lines of a group in several chunks. Which lines begin one depends on these lines alone: a line that comes, goes or moves
    /// changes its own chunk, and leaves all others as they are.
    pub fn several(group: &str, lines: &[Line]) -> Vec<Self> {
        let mut parts = lines.chunk_by(|_, line| !begins(line));
        let first = Self::first(group, parts.next().unwrap_or_default());
        let others = parts.filter_map(|part| Some(Self { id: part.first().map(name)?, lines: part.into() }));
        std::iter::once(first).chain(others).collect()
    }

    fn first(group: &str, lines: &[Line]) -> Self {
        Self { id: format!("group {group}"), lines: lines.into() }
    }
}

/// Whether the line begins a chunk.
fn begins(line: &Line) -> bool {
    sum(&name(line)).is_multiple_of(LINES)
}

/// A name of the line that no other has: the length says where the id of the service ends.
fn name(line: &Line) -> String {
    match line {
        Line::Node(key) | Line::Child(key) => format!("node {} {} {}", key.service.as_str().len(), key.service, key.node),
        Line::Service(service) => format!("service {service}"),
    }
}

/// The same in the browser and on the server, unlike the hashes of the standard library (FNV-1a, with the high bits mixed into the low ones).
fn sum(text: &str) -> u32 {
    let sum = text.bytes().fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    sum ^ (sum >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NodeKey, ServiceId};

    fn lines(count: u32) -> Vec<Line> {
        let line = |number| Line::Node(NodeKey { service: ServiceId::new(format!("job-{number:05}")), node: "n".to_owned() });
        (0..count).map(line).collect()
    }

    #[test]
    fn chunks_have_all_lines_in_their_order_and_are_of_moderate_size() {
        let lines = lines(10_000);
        let chunks = Chunk::several("App", &lines);
        assert_eq!(chunks.iter().flat_map(|chunk| chunk.lines.iter().cloned()).collect::<Vec<_>>(), lines);
        assert!((400..=900).contains(&chunks.len()), "{}", chunks.len());
        assert!(chunks.iter().all(|chunk| chunk.lines.len() < 200));
        assert_eq!(Chunk::whole("App", &lines).len(), 1);
        assert_eq!(Chunk::several("App", &[]).len(), 1);
    }

    #[test]
    fn a_line_that_moves_changes_only_its_chunks() {
        let before = lines(1_000);
        let mut after = before.clone();
        let moved = (0..after.len()).find(|place| *place > 500 && !begins(&after[*place])).unwrap();
        let line = after.remove(moved);
        after.insert(0, line);
        let (before, after) = (Chunk::several("App", &before), Chunk::several("App", &after));
        let ids = |chunks: &[Chunk]| chunks.iter().map(|chunk| chunk.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&before), ids(&after));
        assert_eq!(before.iter().zip(&after).filter(|(before, after)| before != after).count(), 2);
    }
}
