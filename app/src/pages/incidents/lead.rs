use super::answer::{Answer, open_incidents};
use crate::erased::IntoAny;
use crate::format;
use crate::incidents::{Entry, ListAddress, OpenIncident, entries};
use crate::live::{Derived, LiveBoard};
use crate::model::IncidentsView;
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
                let groups = (groups < open).then(|| view! { " in " <b>{groups}</b> {if groups == 1 { " group" } else { " groups" }} });
                view! {
                    <b>{open}</b>
                    " open"
                    {groups}
                    ", "
                    <b>{acknowledged}</b>
                    " acknowledged. "
                }
            }}
            {move || {
                let view = answer.get();
                let IncidentsView { resolved_count, mean, is_truncated, .. } = *view;
                let least = if is_truncated { "More than " } else { "" };
                let resolved = format!("{least}{} resolved {period}", format::thousands(resolved_count.into()));
                let mean = mean.map(|mean| view! { ", MTTR " <b title="Mean time to recovery">{format::duration(mean)}</b> });
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
pub(super) fn period(address: &ListAddress) -> String {
    match (address.from.as_deref(), address.to.as_deref()) {
        (None | Some("-30d"), None) => "in the last 30 days".to_owned(),
        (Some("-24h"), None) => "in the last 24 hours".to_owned(),
        (Some("-7d"), None) => "in the last 7 days".to_owned(),
        (Some("-90d"), None) => "in the last 90 days".to_owned(),
        (Some("-365d"), None) => "in the last year".to_owned(),
        _ => "in the selected time".to_owned(),
    }
}
