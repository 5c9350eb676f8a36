//! The results of notifications as a caller may see them.

use crate::auth::Principal;
use model::DeliveryView;
use storage::DeliveryRecord;

/// Only administrators see the names of channels, and reasons, which can contain names of other services.
pub fn deliveries(caller: &Principal, deliveries: Vec<DeliveryRecord>) -> Vec<DeliveryView> {
    let view = |DeliveryRecord { channel, kind, at, result, reason }: DeliveryRecord| DeliveryView {
        at,
        kind,
        result,
        channel: caller.is_admin().then_some(channel),
        reason: reason.filter(|_| caller.is_admin()),
    };
    deliveries.into_iter().map(view).collect()
}
