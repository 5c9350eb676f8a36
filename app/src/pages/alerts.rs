mod incidents;
mod order;
mod orders;
mod services;

use super::failure::Failure;
use super::frame::{BoardResource, ViewerResource};
use crate::live::{LiveBoard, SharedSignal};
use crate::model::ServiceId;
use crate::rpc;
use incidents::Incidents;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use order::Order;
use orders::Orders;

/// The part of the address that says after which order the list begins.
const AFTER: &str = "after";

/// `/alerts`: what people were told of, and what they are not told of now. Operators say here what that is to be.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let BoardResource(first) = expect_context();
    let ViewerResource(viewer) = expect_context();
    let board: LiveBoard = expect_context();
    // Made here and not where it is shown: what is made while something is waited for is gone when that is waited for anew.
    let holds = Resource::new(
        {
            let board = board.clone();
            let query = use_query_map();
            move || (board.holds(), query.read().get(AFTER).and_then(|after| after.parse().ok()))
        },
        |(_, after)| async move { (after.is_none(), rpc::holds(after).await) },
    );
    provide_context(Chosen(SharedSignal::default()));
    let loading = board.clone();
    view! {
        <div class="alerts">
            <h1>"Alerts"</h1>
            <p class="lead">"Checks go on while alerts are held. What is still wrong when they are held no longer is told then."</p>
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
            <Orders holds />
            <Suspense>
                {move || {
                    let board = board.clone();
                    Suspend::new(async move {
                        let (Ok(snapshot), Ok(viewer)) = (first.await, viewer.await) else { return None };
                        board.load(snapshot);
                        viewer.operator.then(|| view! { <Order may_silence_all=viewer.admin /> })
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

/// The services that the form is about; an incident puts its own there.
#[derive(Clone)]
struct Chosen(SharedSignal<Vec<ServiceId>>);
