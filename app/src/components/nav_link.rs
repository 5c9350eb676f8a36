use crate::base_path::under_base;
use crate::erased::IntoAny;
use leptos::prelude::*;
use leptos_router::hooks::use_url;

/// A link of a navigation. It is marked while its page is open.
#[component]
pub fn NavLink(
    path: &'static str,
    /// Whether it is not also marked while a page below it is open.
    exact: bool,
    children: Children,
) -> impl IntoView {
    let url = use_url();
    let current = {
        let address = under_base(path);
        move || url.with(|url| is_current(url.path(), &address, exact)).then_some("page")
    };
    view! {
        <a href=under_base(path) aria-current=current>
            {children()}
        </a>
    }
    .into_any()
}

/// Whether the page at `shown` is the one at `address`, or is below it.
fn is_current(shown: &str, address: &str, exact: bool) -> bool {
    shown.strip_prefix(address).is_some_and(|rest| rest.is_empty() || (!exact && rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_current_with_those_below_it() {
        for (shown, address, exact, expected) in [
            ("/", "/", true, true),
            ("/platus/", "/platus/", true, true),
            ("/incidents", "/", true, false),
            ("/incidents", "/incidents", false, true),
            ("/platus/incidents/7", "/platus/incidents", false, true),
            ("/incidents2", "/incidents", false, false),
            ("/settings/users", "/settings", true, false),
        ] {
            assert_eq!(is_current(shown, address, exact), expected, "{shown} {address}");
        }
    }
}
