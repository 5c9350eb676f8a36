use super::answer::{Answer, open_incidents};
use crate::erased::IntoAny;
use crate::format;
use crate::incidents::{Entry, ListAddress, OpenIncident, entries};
use crate::live::{Derived, LiveBoard};
use crate::model::IncidentsView;
use crate::texts::incidents as texts;
use leptos::prelude::*;
use std::sync::Arc;

/// `18 open in 4 groups, 2 acknowledged. 128 resolved in the last 30 days, MTTR 9 min.`
#[component]
pub fn Lead(answer: Answer, address: Arc<ListAddress>) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let period = period(&address);
    let counts = Derived::new({
        let answer = answer.clone();
        move || counts(open_incidents(&board, &answer.get(), &address))
    });
    view! {
        <p class="lead">
            {move || {
                let (open, groups, acknowledged) = counts.get();
                let groups = (groups < open).then(|| view! { {texts::in_groups()} <b>{groups}</b> {texts::groups(groups)} });
                view! {
                    <b>{open}</b>
                    {texts::open_now(open)}
                    {groups}
                    {texts::comma()}
                    <b>{acknowledged}</b>
                    {texts::acknowledged_now(acknowledged)}
                }
            }}
            {move || {
                let view = answer.get();
                let IncidentsView { resolved_count, mean, is_truncated, .. } = *view;
                let count = format::thousands(resolved_count.into());
                let resolved = if is_truncated {
                    texts::more_resolved_within(&count, period)
                } else {
                    texts::resolved_within(resolved_count, &count, period)
                };
                let mean = mean.map(|mean| {
                    view! { {texts::mean_time()} <b title=texts::mean_time_to_recovery()>{format::duration(mean)}</b> }
                });
                view! { {resolved} {mean} "." }
            }}
        </p>
    }
    .into_any()
}

/// The numbers of open incidents that are not acknowledged, of the entries that they are listed in, and of the acknowledged ones.
fn counts(all: Vec<OpenIncident>) -> (usize, usize, usize) {
    let (acknowledged, open): (Vec<_>, Vec<_>) = all.into_iter().partition(OpenIncident::is_acknowledged);
    let groups = entries(&open);
    let has_storm = groups.iter().any(|entry| matches!(entry, Entry::Storm(_)));
    (open.len(), if has_storm { groups.len() } else { open.len() }, acknowledged.len())
}

/// The time of the list in words.
fn period(address: &ListAddress) -> &'static str {
    match (address.from.as_deref(), address.to.as_deref()) {
        (None | Some("-30d"), None) => texts::last_30_days(),
        (Some("-24h"), None) => texts::last_24_hours(),
        (Some("-7d"), None) => texts::last_7_days(),
        (Some("-90d"), None) => texts::last_90_days(),
        (Some("-365d"), None) => texts::last_year(),
        _ => texts::selected_time(),
    }
}
