//! The forms of the pages of incidents, silences and settings, as browsers send them without JavaScript. A success leads back to the page; a
//! refusal is the page itself with the reason, and a new API key is on the page that answers its form, since it is shown once.

use super::Context;
use super::backend::ViewerBackend;
use super::{language, page, zones};
use crate::auth::Principal;
use app::backend::Backend;
use app::forms::{self, Fields, action};
use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

/// `POST` to `/incidents`, `/incidents/ID`, `/services/ID`, `/silences`, `/settings`, `/settings/channels` and
/// `/settings/users`.
pub async fn submit(
    State(context): State<Arc<Context>>,
    Extension(principal): Extension<Principal>,
    parts: Parts,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let fields = match form {
        Ok(Form(fields)) => Fields::new(fields),
        Err(rejection) => return rejection.into_response(),
    };
    let backend = ViewerBackend { context: Arc::clone(&context), principal };
    if parts.uri.path() == forms::USERS && fields.text("action") == action::CREATE_KEY {
        let request = Request::from_parts(parts, Body::empty());
        return match backend.create_key(forms::key_request(&fields)).await {
            Ok(created) => page::show_key(context, request, created).await,
            Err(error) => page::refuse(context, request, fields, error).await,
        };
    }
    let zone = |name: &str| match name {
        "" => Some(zones::of_page(&parts.headers).shown),
        name => zones::named(name),
    };
    let language = language::of_page(&parts.headers);
    match forms::submit(parts.uri.path(), &fields, language, &backend, zone).await {
        Ok(location) => Redirect::to(&location).into_response(),
        Err(error) => page::refuse(context, Request::from_parts(parts, Body::empty()), fields, error).await,
    }
}

/// `GET /alerts`: the page of earlier versions, which is now two. Links to it lead to what they were about.
pub async fn moved(RawQuery(query): RawQuery) -> Redirect {
    Redirect::permanent(&place_of_alerts(query.as_deref().unwrap_or_default()))
}

fn place_of_alerts(query: &str) -> String {
    let parameters: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let given = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_ref());
    let with = |name: &str, value: &str| url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    let incident = given("incident").and_then(|text| text.parse::<u64>().ok());
    match (incident, given("service"), given("after")) {
        (Some(incident), ..) => format!("{}/{incident}?acknowledge", forms::INCIDENTS),
        (None, Some(service), _) => format!("{}?new&{}", forms::SILENCES, with("service", service)),
        (None, None, Some(after)) => format!("{}?{}", forms::SILENCES, with("after", after)),
        (None, None, None) => forms::INCIDENTS.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_the_page_of_alerts_lead_to_what_they_were_about() {
        for (query, expected) in [
            ("", "/incidents"),
            ("incident=7", "/incidents/7?acknowledge"),
            ("incident=x", "/incidents"),
            ("service=a%26b%0Ac", "/silences?new&service=a%26b%0Ac"),
            ("after=50", "/silences?after=50"),
        ] {
            assert_eq!(place_of_alerts(query), expected);
        }
    }
}
