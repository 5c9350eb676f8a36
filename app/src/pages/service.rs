mod actions;
mod answers;
mod chart_cursor;
mod chart_view;
mod configuration;
mod figures;
mod follow;
mod head;
mod incidents;
mod metric_charts;
mod nodes;
mod place;
mod reason;
mod summary;
mod text;
mod wrong_address;

use super::failure::Failure;
use crate::address::{Query, use_part, use_query};
use crate::base_path::under_base;
use crate::components::{Icon, IconView, Prose, RefusedForm};
use crate::erased::IntoAny;
use crate::live::{Clock, Derived, FirstSnapshot, LiveBoard, SharedSignal};
use crate::model::{BoardScope, HistoryRange, RpcError, ServiceId, ServiceView};
use crate::resources::{BoardResource, ViewerResource};
use crate::rpc;
use crate::texts::{layout, service as texts};
use crate::times::{self, Zone};
use actions::Commands;
use answers::{Answers, History};
use chart_cursor::ChartCursor;
use leptos::prelude::*;
use place::Place;

/// Points until the width of the chart is known: enough for the widest.
const POINTS: u32 = 380;

/// `/services/{id}`: a service now, why it is in its state, and its history.
#[component]
pub fn ServicePage() -> impl IntoView {
    let BoardResource(first) = expect_context();
    let board: LiveBoard = expect_context();
    let live = board.clone();
    let clock: Clock = expect_context();
    let (part, query) = (use_part("/services/"), use_query());
    // The parts of the page are rendered on several threads.
    let asked = Derived::new(move || (ServiceId::new(part.get()), query.get()));
    let of_node = {
        let asked = asked.clone();
        move || asked.with(|(id, query)| (id.clone(), place::given(query, "node")))
    };
    let of_history = {
        let asked = asked.clone();
        move || asked.with(|(id, query)| (id.clone(), Place::parameters_of_history(query)))
    };
    let id = {
        let asked = asked.clone();
        move || asked.with(|(id, _)| id.clone())
    };
    {
        let (board, id) = (board.clone(), id.clone());
        Effect::new(move |_| board.want(BoardScope::Service(id())));
    }
    let points = SharedSignal::new(POINTS);
    // Created here and not inside of a `Suspense`, which drops its content when it waits again.
    let answers = Answers {
        service: ArcResource::new(of_node.clone(), |(id, node)| rpc::service(id, node)),
        history: ArcResource::new(
            {
                let points = points.clone();
                move || (of_history(), points.get())
            },
            move |((id, query), points)| {
                let (board, clock, first) = (board.clone(), clock.clone(), first.clone());
                async move {
                    let place = Place::of(id, &query, zone(first, &board).await);
                    let (from, to) = place.window.at(clock.now());
                    rpc::service_history(place.id, HistoryRange { from, to, node: place.node, or_all: true, points }).await
                }
            },
        ),
        figures: ArcResource::new(of_node, |(id, node)| rpc::service_figures(id, node)),
        points,
    };
    let refused = RefusedForm::of_page();
    let notice = refused.notice();
    provide_context(refused);
    provide_context(answers.clone());
    provide_context(ChartCursor::new());
    provide_context(Commands::new(answers.service.clone()));
    follow::follow(answers, id);
    let part = {
        let asked = asked.clone();
        move |render: fn(ServiceView, Place) -> AnyView| {
            let asked = asked.clone();
            move || Suspend::new(of_service(asked.get(), render))
        }
    };
    let head = {
        let (asked, of_board) = (asked.clone(), asked.clone());
        let unacknowledged = Derived::new(move || {
            of_board.with(|(id, query)| head::unacknowledged(&live, id, place::given(query, "node").as_deref()))
        });
        move || {
            unacknowledged.with(|_| ());
            Suspend::new(of_service(asked.get(), head::head))
        }
    };
    let historical = {
        let asked = asked.clone();
        move |render: fn(History, ServiceView, Place) -> AnyView| {
            let asked = asked.clone();
            move || Suspend::new(with_history(asked.get(), render))
        }
    };
    let wrong = {
        let asked = asked.clone();
        move || Suspend::new(wrong_address(asked.get()))
    };
    let with_figures = move || Suspend::new(with_figures(asked.get()));
    view! {
        <div class="service-page">
            {notice}
            <Transition fallback=|| {
                view! { <p class="loading">{texts::loading()}</p> }
            }>
                {move || Suspend::new(failure())} {wrong} {head} {with_figures}
                {part(nodes::nodes)} {historical(chart_view::chart)}
                {historical(metric_charts::metrics)} {part(reason::reason)} {historical(incidents::lists)}
                {part(configuration::configuration)}
            </Transition>
        </div>
    }
    .into_any()
}

/// In place of a service that cannot be shown.
async fn failure() -> Option<AnyView> {
    let answers: Answers = expect_context();
    match answers.service.await.err()? {
        // The call has set the HTTP status.
        RpcError::NotFound => Some(not_found()),
        error => Some(view! { <Failure what=texts::not_loaded() error /> }.into_any()),
    }
}

fn not_found() -> AnyView {
    view! {
        <section class="page-message" role="alert">
            <h1>{texts::no_such_service()}</h1>
            <p>{texts::why_not_found()}</p>
            <p>
                <a class="button primary" href=under_base("/")>
                    {layout::go_to_board()}
                </a>
            </p>
        </section>
    }
    .into_any()
}

/// A part of the page that needs the service. Nothing when it cannot be shown.
async fn of_service(asked: (ServiceId, Query), render: fn(ServiceView, Place) -> AnyView) -> Option<AnyView> {
    let place = placed(asked).await;
    let answers: Answers = expect_context();
    let view = answers.service.await.ok()?;
    Some(render(view, place))
}

async fn with_figures(asked: (ServiceId, Query)) -> Option<AnyView> {
    let place = placed(asked).await;
    let answers: Answers = expect_context();
    let view = answers.service.await.ok()?;
    Some(figures::figures(answers.figures.await, &view, &place))
}

/// What the address says wrongly, and what the page shows instead.
async fn wrong_address(asked: (ServiceId, Query)) -> Option<AnyView> {
    let answers: Answers = expect_context();
    let clock: Clock = expect_context();
    let query = asked.1.clone();
    let place = placed(asked).await;
    let lacks_node = answers.service.await.ok()?.lacks_node;
    let problems = wrong_address::problems(&query, &place, clock.now(), lacks_node);
    let lines = problems.into_iter().map(|text| view! { <p><Prose text /></p> }).collect_view();
    let is_right = lines.is_empty();
    (!is_right).then(|| {
        view! {
            <div class="callout wrong-address" role="status">
                <IconView icon=Icon::INCIDENT />
                <div>{lines}</div>
            </div>
        }
        .into_any()
    })
}

async fn with_history(asked: (ServiceId, Query), render: fn(History, ServiceView, Place) -> AnyView) -> Option<AnyView> {
    let answers: Answers = expect_context();
    let place = placed(asked).await;
    let view = answers.service.await.ok()?;
    Some(render(answers.history.await, view, place))
}

/// Reads the address, and waits for what every part of the page needs.
async fn placed((id, query): (ServiceId, Query)) -> Place {
    let BoardResource(first) = expect_context();
    let ViewerResource(viewer) = expect_context();
    let board: LiveBoard = expect_context();
    let commands: Commands = expect_context();
    let answers: Answers = expect_context();
    let zone = zone(first, &board).await;
    board.covering(BoardScope::Service(id.clone())).await;
    commands.may_act.set(viewer.await.is_ok_and(|viewer| viewer.operator));
    let place = Place::of(id, &query, zone);
    if place.node.is_some() && answers.service.await.is_ok_and(|view| view.lacks_node) {
        return place.of_all_nodes();
    }
    place
}

/// Loads the board, and returns the zone of the texts. If that is not known, it is the one in which the server writes its times.
async fn zone(first: ArcResource<Result<FirstSnapshot, RpcError>>, board: &LiveBoard) -> Zone {
    if board.with_untracked(|_| ()).is_none()
        && let Ok(snapshot) = first.await
    {
        board.load(snapshot);
    }
    let written = board.with_untracked(|board| board.rows().next().map(|row| row.checked)).flatten();
    times::shown().or_of(written.unwrap_or_default())
}
