use super::Mark;
use super::icon::{Icon, IconView};
use super::nav_link::NavLink;
use super::palette::Palette;
use super::percent_links::percent_links;
use crate::base_path::under_base;
use crate::live::{LiveBoard, Liveness};
use crate::resources::{BoardResource, ViewerResource};
use crate::texts::Text;
use crate::texts::layout as texts;
use leptos::prelude::*;

/// The pages of the navigation.
const PAGES: [(&str, Text, Icon); 4] = [
    ("/", texts::board, Icon::BOARD),
    ("/incidents", texts::incidents, Icon::INCIDENT),
    ("/silences", texts::silences, Icon::BELL_OFF),
    ("/settings", texts::settings, Icon::SLIDERS),
];

/// The page whose link has the number of incidents that need attention.
const INCIDENTS: &str = "/incidents";

/// The header of all pages behind the login. On phones its navigation is at the bottom of the screen.
#[component]
pub fn Header() -> impl IntoView {
    let ViewerResource(viewer) = expect_context();
    let viewer_of_menu = viewer.clone();
    view! {
        <header class="bar" on:click=percent_links()>
            <a class="home" href=under_base("/") aria-label=texts::home()>
                <Mark />
            </a>
            <nav aria-label=texts::main_navigation()>
                {PAGES
                    .into_iter()
                    .map(|(path, text, icon)| {
                        view! {
                            <NavLink path exact=path == "/">
                                <IconView icon />
                                <span>{text()}</span>
                                {(path == INCIDENTS).then(|| view! { <OpenIncidents /> })}
                            </NavLink>
                        }
                    })
                    .collect_view()}
            </nav>
            <Suspense>
                {move || {
                    let viewer = viewer.clone();
                    Suspend::new(async move { viewer.await.ok().map(|viewer| view! { <Palette may_act=viewer.operator /> }) })
                }}
            </Suspense>
            <LiveSign />
            <Suspense>
                {move || {
                    let viewer = viewer_of_menu.clone();
                    Suspend::new(async move { viewer.await.ok().map(|viewer| view! { <UserMenu name=viewer.name /> }) })
                }}
            </Suspense>
        </header>
    }
}

/// The number of open incidents that need attention; nothing when there are none.
#[component]
fn OpenIncidents() -> impl IntoView {
    let BoardResource(first) = expect_context();
    let board: LiveBoard = expect_context();
    view! {
        <Suspense>
            {move || {
                let (board, first) = (board.clone(), first.clone());
                Suspend::new(async move {
                    if let Ok(snapshot) = first.await {
                        board.load(snapshot);
                    }
                    move || {
                        let incidents = board.verdict().incidents;
                        (incidents > 0)
                            .then(|| {
                                view! {
                                    <span class="count down">{incidents} <span class="visually-hidden">" " {texts::not_acknowledged(incidents)}</span></span>
                                }
                            })
                    }
                })
            }}
        </Suspense>
    }
}

/// Whether the page is up to date.
#[component]
fn LiveSign() -> impl IntoView {
    let liveness = expect_context::<LiveBoard>().liveness;
    let attribute = {
        let liveness = liveness.clone();
        move || liveness.get().as_str()
    };
    let text = move || match liveness.get() {
        Liveness::Connecting => texts::connecting(),
        Liveness::Live => texts::live(),
        Liveness::Stale => texts::stale(),
    };
    view! {
        <span class="live" role="status" data-live=attribute>
            <i aria-hidden="true"></i>
            <span>{text}</span>
        </span>
    }
}

/// The name of the user and the logout: a plain form, which works without JavaScript.
#[component]
fn UserMenu(name: String) -> impl IntoView {
    view! {
        <details class="user">
            <summary>
                <IconView icon=Icon::USER />
                <span class="user-name">{name}</span>
            </summary>
            <form class="menu" method="post" action=under_base("/logout")>
                <a href=under_base("/wall")>{texts::wall_screen()}</a>
                <button type="submit">{texts::log_out()}</button>
            </form>
        </details>
    }
}
