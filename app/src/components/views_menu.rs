use super::board_address::BoardAddress;
use super::icon::{Icon, IconView};
use crate::base_path::under_base;
use crate::board::{BoardQuery, views};
use crate::live::{SharedSignal, keep, kept};
use crate::model::View;
use crate::resources::ViewerResource;
use crate::texts::views as texts;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// The views of the board: those of the configuration, and those that this browser keeps. Absent until the viewer is known.
#[component]
pub fn ViewsMenu(address: BoardAddress) -> impl IntoView {
    let ViewerResource(viewer) = expect_context();
    view! {
        <Suspense>
            {move || {
                let (address, viewer) = (address.clone(), viewer.clone());
                Suspend::new(async move {
                    let common = viewer.await.map(|viewer| viewer.views).unwrap_or_default();
                    view! { <Menu address common /> }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Menu(address: BoardAddress, common: Vec<View>) -> impl IntoView {
    let own = SharedSignal::new(Vec::new());
    // The server does not know what the browser keeps.
    Effect::new({
        let own = own.clone();
        move |_| own.set(kept(views::KEPT).map(|kept| views::read(&kept)).unwrap_or_default())
    });
    let change = {
        let own = own.clone();
        move |views: Vec<View>| {
            keep(views::KEPT, (!views.is_empty()).then(|| views::written(&views)).as_deref());
            own.set(views);
        }
    };
    let remove = {
        let (own, change) = (own.clone(), change.clone());
        move |name: &str| change(own.get_untracked().into_iter().filter(|view| view.name != name).collect())
    };
    let of_config = common.iter().map(|view| view! { <li>{link(&address, view)}</li> }).collect_view();
    let of_browser = {
        let (own, address) = (own.clone(), address.clone());
        move || {
            let item = |view: View| {
                let (remove, name) = (remove.clone(), view.name.clone());
                view! {
                    <li>
                        {link(&address, &view)}
                        <button type="button" class="quiet" aria-label=texts::remove(&view.name) on:click=move |_| remove(&name)>
                            <IconView icon=Icon::X />
                        </button>
                    </li>
                }
            };
            own.get().into_iter().map(item).collect_view()
        }
    };
    let name = NodeRef::<html::Input>::new();
    let save = {
        let address = address.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let Some(input) = name.get_untracked() else { return };
            if let Some(views) = views::with(&own.get_untracked(), &input.value(), &address.get_untracked()) {
                change(views);
                input.set_value("");
            }
        }
    };
    let has_nothing = move || address.get() == BoardQuery { open: address.get().open, ..BoardQuery::default() };
    view! {
        <details class="popover views">
            <summary class="button icon-only" title=texts::views() aria-label=texts::views()>
                <IconView icon=Icon::BOOKMARK />
            </summary>
            <div class="menu">
                <ul>{of_config} {of_browser}</ul>
                <form on:submit=save>
                    <label>
                        {texts::name()}
                        <input node_ref=name type="text" required maxlength=views::LONGEST_NAME autocomplete="off" />
                    </label>
                    <p class="hint">{texts::hint()}</p>
                    <button type="submit" disabled=has_nothing>
                        {texts::save()}
                    </button>
                </form>
            </div>
        </details>
    }
}

/// Leads to the board in this view. It is marked while the board shows it.
fn link(address: &BoardAddress, view: &View) -> impl IntoView + use<> {
    let query = views::query_of(view);
    let address_of_view = query.address();
    let current = {
        let address = address.clone();
        move || {
            let shown = address.get();
            (BoardQuery { open: query.open.clone(), ..shown } == query).then_some("true")
        }
    };
    view! {
        <a href=under_base(&address_of_view) aria-current=current>
            {view.name.clone()}
        </a>
    }
}
