//! Pages of silences, each bounded in number and in bytes: a client that does not read its response keeps at most one page in memory.

use std::sync::Arc;
use storage::Silence;

/// Bytes of a part. One silence alone can have as many, since that is what the body of a request may have.
const MOST_BYTES: usize = 64 << 10;

/// What a silence takes besides its names and its comment, and what each name takes besides itself.
const BYTES_OF_AN_ORDER: usize = 400;
const BYTES_OF_A_NAME: usize = 16;

/// What the rule of a silence that recurs takes, with its text and its next occurrences.
const BYTES_OF_A_RECURRENCE: usize = 1_200;

/// Some of the silences, and where the next ones begin.
pub struct Part {
    pub silences: Vec<Arc<Silence>>,
    /// The number of the last one of these; absent when there are no more.
    pub next: Option<u64>,
}

impl Part {
    /// The first of these silences: at most so many, and at least one if there is one.
    pub fn of(silences: impl Iterator<Item = Arc<Silence>>, limit: usize) -> Self {
        let (mut part, mut bytes) = (Self { silences: Vec::new(), next: None }, 0);
        for silence in silences {
            bytes += size(&silence);
            if let Some(last) = part.silences.last().filter(|_| part.silences.len() >= limit || bytes > MOST_BYTES) {
                part.next = Some(last.id);
                break;
            }
            part.silences.push(silence);
        }
        part
    }
}

fn size(silence: &Silence) -> usize {
    let names = silence.services.iter().map(|service| service.as_str().len() + BYTES_OF_A_NAME).sum::<usize>();
    let recurrence = if silence.recurrence.is_some() { BYTES_OF_A_RECURRENCE } else { 0 };
    BYTES_OF_AN_ORDER + silence.author.len() + silence.comment.len() + names + recurrence
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::ServiceId;
    use storage::SilenceKind;

    fn silence(id: u64, services: usize) -> Arc<Silence> {
        let at = chrono::DateTime::parse_from_rfc3339("2026-11-28T12:00:00+01:00").unwrap();
        Arc::new(Silence {
            id,
            kind: SilenceKind::Silence,
            services: (0..services).map(|number| ServiceId::new(format!("service-{number}"))).collect(),
            author: "ops".to_owned(),
            comment: String::new(),
            created: at,
            from: at,
            until: None,
            recurrence: None,
        })
    }

    #[track_caller]
    fn check(sizes: &[usize], limit: usize, expected: &[u64], next: Option<u64>) {
        let part = Part::of((1..).zip(sizes).map(|(id, services)| silence(id, *services)), limit);
        let ids: Vec<u64> = part.silences.iter().map(|silence| silence.id).collect();
        assert_eq!((ids.as_slice(), part.next), (expected, next));
    }

    #[test]
    fn a_part_is_bounded_in_number_and_in_bytes() {
        check(&[], 2, &[], None);
        check(&[1, 1], 2, &[1, 2], None);
        check(&[1, 1, 1], 2, &[1, 2], Some(2));
        check(&[1000, 1000, 1000, 1000], 100, &[1, 2], Some(2));
        check(&[9000, 1], 100, &[1], Some(1));
    }
}
