use crate::components::Mark;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/login`: a plain form, which works without JavaScript. When the login is refused, the server redirects here with `?failed` or
/// `?throttled`.
#[component]
pub fn LoginPage() -> impl IntoView {
    let query = use_query_map();
    let next = move || query.with(|query| local_path(query.get("next").as_deref()));
    let refusal = move || {
        query.with(|query| {
            if query.get("throttled").is_some() {
                Some("Too many attempts. Wait a minute, then try again.")
            } else if query.get("failed").is_some() {
                Some("Wrong user name or password.")
            } else {
                None
            }
        })
    };
    view! {
        <Title text="Log in · Platus" />
        <main id="main" class="alone">
            <form class="login card" method="post" action="/login">
                <Mark />
                <h1>"Log in"</h1>
                {move || {
                    refusal()
                        .map(|text| {
                            view! {
                                <p class="refusal" role="alert" id="refusal">
                                    {text}
                                </p>
                            }
                        })
                }}
                <label for="username">"User name"</label>
                <input
                    id="username"
                    name="username"
                    type="text"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    autofocus
                    aria-describedby=move || refusal().map(|_| "refusal")
                />
                <label for="password">"Password"</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required />
                <input type="hidden" name="next" value=next />
                <button class="primary" type="submit">
                    "Log in"
                </button>
            </form>
        </main>
    }
}

/// The path after the login: a path of this server, or the board. An address of another site would allow phishing.
fn local_path(next: Option<&str>) -> String {
    let is_local = |path: &&str| path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r', '\t']);
    next.filter(is_local).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_this_server_are_accepted() {
        for (next, expected) in [
            (None, "/"),
            (Some(""), "/"),
            (Some("/settings"), "/settings"),
            (Some("/?state=down"), "/?state=down"),
            (Some("https://example.com/"), "/"),
            (Some("//example.com"), "/"),
            (Some("/\\example.com"), "/"),
            (Some("/\t/example.com"), "/"),
            (Some("javascript:alert(1)"), "/"),
        ] {
            assert_eq!(local_path(next), expected, "{next:?}");
        }
    }
}
