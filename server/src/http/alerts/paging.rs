//! Pages of orders, each bounded in number and in bytes: a client that does not read its response keeps at most one page in memory.

use std::sync::Arc;
use storage::Directive;

/// Bytes of a part. One order alone can have as many, since that is what the body of a request may have.
const MOST_BYTES: usize = 64 << 10;

/// What an order takes besides its names and its comment, and what each name takes besides itself.
const BYTES_OF_AN_ORDER: usize = 400;
const BYTES_OF_A_NAME: usize = 16;

/// What the rule of an order that recurs takes, with its text and its next occurrences.
const BYTES_OF_A_RECURRENCE: usize = 1_200;

/// Some of the orders, and where the next ones begin.
pub struct Part {
    pub orders: Vec<Arc<Directive>>,
    /// The number of the last one of these; absent when there are no more.
    pub next: Option<u64>,
}

impl Part {
    /// The first of these orders: at most so many, and at least one if there is one.
    pub fn of(orders: impl Iterator<Item = Arc<Directive>>, limit: usize) -> Self {
        let (mut part, mut bytes) = (Self { orders: Vec::new(), next: None }, 0);
        for order in orders {
            bytes += size(&order);
            if let Some(last) = part.orders.last().filter(|_| part.orders.len() >= limit || bytes > MOST_BYTES) {
                part.next = Some(last.id);
                break;
            }
            part.orders.push(order);
        }
        part
    }
}

fn size(order: &Directive) -> usize {
    let names = order.services.iter().map(|service| service.as_str().len() + BYTES_OF_A_NAME).sum::<usize>();
    let recurrence = if order.recurrence.is_some() { BYTES_OF_A_RECURRENCE } else { 0 };
    BYTES_OF_AN_ORDER + order.author.len() + order.comment.len() + names + recurrence
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::model::ServiceId;
    use storage::DirectiveKind;

    fn order(id: u64, services: usize) -> Arc<Directive> {
        let at = chrono::DateTime::parse_from_rfc3339("2026-11-28T12:00:00+01:00").unwrap();
        Arc::new(Directive {
            id,
            kind: DirectiveKind::Silence,
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
        let part = Part::of((1..).zip(sizes).map(|(id, services)| order(id, *services)), limit);
        let ids: Vec<u64> = part.orders.iter().map(|order| order.id).collect();
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
