mod about;
mod channel_test;
mod channels;
mod configuration;
mod entries;
mod health;
mod key_changes;
mod key_form;
mod keys;
mod section;
mod users;

use super::failure::Failure;
use crate::components::{PageTitle, RefusedForm};
use crate::erased::IntoAny;
use crate::resources::ViewerResource;
use crate::rpc;
use crate::texts::settings as texts;
use key_changes::KeyOfForm;
use leptos::either::Either;
use leptos::prelude::*;
use section::{Section, SideNavigation};

/// `/settings`: whether Platus itself works.
#[component]
pub fn HealthPage() -> impl IntoView {
    page(Section::Health)
}

/// `/settings/channels`.
#[component]
pub fn ChannelsPage() -> impl IntoView {
    page(Section::Channels)
}

/// `/settings/users`: users and API keys.
#[component]
pub fn UsersPage() -> impl IntoView {
    page(Section::Users)
}

/// `/settings/configuration`: the files without secrets, and what is wrong with them.
#[component]
pub fn ConfigurationPage() -> impl IntoView {
    page(Section::Configuration)
}

/// `/settings/about`.
#[component]
pub fn AboutPage() -> impl IntoView {
    page(Section::About)
}

/// One section of the settings.
fn page(section: Section) -> AnyView {
    let settings = ArcResource::new(|| (), move |()| rpc::settings(section != Section::Configuration));
    let ViewerResource(viewer) = expect_context();
    let refused = RefusedForm::of_page();
    let notice = refused.notice();
    provide_context(refused);
    provide_context(KeyOfForm::of_page());
    view! {
        <PageTitle text=format!("{} · Platus", section.title()) />
        {notice}
        <Suspense fallback=|| {
            view! { <p class="loading">{texts::loading()}</p> }
        }>
            {move || {
                let (settings, viewer) = (settings.clone(), viewer.clone());
                Suspend::new(async move {
                    let is_admin = viewer.await.is_ok_and(|viewer| viewer.admin);
                    match settings.await {
                        Ok(settings) => {
                            Either::Left(
                                view! {
                                    <div class="settings">
                                        <SideNavigation current=section settings=&settings is_admin />
                                        <div class="pane">{section.content(settings, is_admin)}</div>
                                    </div>
                                },
                            )
                        }
                        Err(error) => Either::Right(view! { <Failure what=texts::not_loaded() error /> }),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}
