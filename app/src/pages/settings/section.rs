use super::about::About;
use super::channels::Channels;
use super::configuration::Configuration;
use super::health::Health;
use super::users::Users;
use crate::components::{Icon, IconView, NavLink};
use crate::erased::IntoAny;
use crate::model::SettingsView;
use crate::texts::settings as texts;
use leptos::prelude::*;

/// A section of the settings, with an address of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Health,
    Channels,
    Users,
    Configuration,
    About,
}

impl Section {
    const ALL: [Self; 5] = [Self::Health, Self::Channels, Self::Users, Self::Configuration, Self::About];

    const fn path(self) -> &'static str {
        match self {
            Self::Health => "/settings",
            Self::Channels => "/settings/channels",
            Self::Users => "/settings/users",
            Self::Configuration => "/settings/configuration",
            Self::About => "/settings/about",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Health => texts::health(),
            Self::Channels => texts::channels(),
            Self::Users => texts::users_and_keys(),
            Self::Configuration => texts::configuration(),
            Self::About => texts::about(),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Health => Icon::HEALTH,
            Self::Channels => Icon::BELL,
            Self::Users => Icon::USER,
            Self::Configuration => Icon::FILE,
            Self::About => Icon::INFO,
        }
    }

    /// Whether the section has something for this viewer. The server sends the others nothing in any case.
    const fn is_for(self, is_admin: bool) -> bool {
        is_admin || !matches!(self, Self::Channels | Self::Users)
    }

    /// The number beside the name: what needs attention.
    fn problems(self, settings: &SettingsView) -> usize {
        match self {
            Self::Channels => settings.channels.iter().filter(|channel| channel.failure.is_some()).count(),
            Self::Configuration => settings.broken_services,
            _ => 0,
        }
    }

    pub(super) fn content(self, settings: SettingsView, is_admin: bool) -> AnyView {
        let title = view! { <h1>{self.title()}</h1> };
        if !self.is_for(is_admin) {
            return view! {
                {title}
                <p class="lead">{texts::only_administrators()}</p>
            }
            .into_any();
        }
        let content = match self {
            Self::Health => view! { <Health settings is_admin /> }.into_any(),
            Self::Channels => view! { <Channels channels=settings.channels /> }.into_any(),
            Self::Users => view! { <Users users=settings.users keys=settings.keys revoke_key=settings.revoke_key /> }.into_any(),
            Self::Configuration => view! { <Configuration settings /> }.into_any(),
            Self::About => view! { <About settings /> }.into_any(),
        };
        view! {
            {title}
            {content}
        }
        .into_any()
    }
}

/// The links to the sections. On narrow screens they are a row that scrolls.
#[component]
pub(super) fn SideNavigation<'a>(current: Section, settings: &'a SettingsView, is_admin: bool) -> impl IntoView + use<> {
    let links = Section::ALL.into_iter().filter(|section| section.is_for(is_admin)).map(|section| {
        let problems = section.problems(settings);
        view! {
            <NavLink path=section.path() exact=true>
                <IconView icon=section.icon() />
                <span>{section.title()}</span>
                {(problems > 0)
                    .then(|| {
                        view! {
                            <span class="count down">{problems} <span class="visually-hidden">{texts::need_attention(problems)}</span></span>
                        }
                    })}
            </NavLink>
        }
    });
    let links = links.collect_view();
    let label = texts::navigation(current.title());
    view! { <nav class="side" aria-label=label>{links}</nav> }
}
