use super::Mark;
use crate::live::{LiveBoard, Liveness};
use crate::resources::ViewerResource;
use leptos::prelude::*;
use leptos_router::components::A;

/// The header of all pages behind the login.
#[component]
pub fn Header() -> impl IntoView {
    let ViewerResource(viewer) = expect_context();
    view! {
        <header class="bar">
            <a class="home" href="/" aria-label="Platus, to the board">
                <Mark />
            </a>
            <nav aria-label="Main">
                <A href="/" exact=true>
                    "Board"
                </A>
                <A href="/alerts">"Alerts"</A>
                <A href="/settings">"Settings"</A>
            </nav>
            <LiveSign />
            <Suspense>
                {move || Suspend::new(async move {
                    viewer.await.ok().map(|viewer| view! { <UserMenu name=viewer.name /> })
                })}
            </Suspense>
        </header>
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
        Liveness::Connecting => "Connecting",
        Liveness::Live => "Live",
        Liveness::Stale => "Stale",
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
                <span class="user-name">{name}</span>
            </summary>
            <form method="post" action="/logout">
                <button type="submit">"Log out"</button>
            </form>
        </details>
    }
}
