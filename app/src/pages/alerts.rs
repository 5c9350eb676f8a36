mod incidents;
mod selection;
mod silence_form;
mod silence_list;

use super::failure::Failure;
use crate::components::RefusedForm;
use crate::live::LiveBoard;
use crate::resources::{BoardResource, ViewerResource};
use crate::rpc;
use incidents::Incidents;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use selection::SelectedServices;
use silence_form::SilenceForm;
use silence_list::{AFTER, SilenceList};

/// `/alerts`: open incidents and suppressions. Operators acknowledge incidents and silence services here.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let BoardResource(first) = expect_context();
    let ViewerResource(viewer) = expect_context();
    let board: LiveBoard = expect_context();
    // Created here and not inside of a `Suspense`, which drops its content when it waits again.
    let silences = Resource::new(
        {
            let board = board.clone();
            let query = use_query_map();
            move || (board.suppressions(), query.read().get(AFTER).and_then(|after| after.parse().ok()))
        },
        |(_, after)| async move { (after.is_none(), rpc::holds(after).await) },
    );
    provide_context(SelectedServices::default());
    let refused = RefusedForm::of_page();
    let notice = refused.notice();
    provide_context(refused);
    let loading = board.clone();
    view! {
        <div class="alerts">
            <h1>"Alerts"</h1>
            <p class="lead">
                "Checks continue while alerts are silenced. If a node is still failing when the silence ends, the notification is sent then."
            </p>
            {notice}
            <Suspense fallback=|| {
                view! { <p class="loading">"Loading the incidents"</p> }
            }>
                {move || {
                    let board = loading.clone();
                    Suspend::new(async move {
                        match (first.await, viewer.await) {
                            (Ok(snapshot), Ok(viewer)) => {
                                board.load(snapshot);
                                Either::Left(view! { <Incidents may_act=viewer.operator /> })
                            }
                            (Err(error), _) | (_, Err(error)) => {
                                Either::Right(view! { <Failure what="The incidents could not be loaded" error /> })
                            }
                        }
                    })
                }}
            </Suspense>
            <SilenceList silences />
            <Suspense>
                {move || {
                    let board = board.clone();
                    Suspend::new(async move {
                        let (Ok(snapshot), Ok(viewer)) = (first.await, viewer.await) else { return None };
                        board.load(snapshot);
                        viewer.operator.then(|| view! { <SilenceForm may_silence_all=viewer.admin /> })
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}
