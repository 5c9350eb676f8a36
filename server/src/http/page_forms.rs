//! The forms of the alerts page and the settings page, as browsers send them without JavaScript. A success leads back to the page; a
//! refusal is the page itself with the reason.

use super::Context;
use super::backend::ViewerBackend;
use super::page;
use crate::auth::Principal;
use app::forms::{self, Fields};
use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, FixedOffset, Local, NaiveDateTime, TimeZone};
use std::sync::Arc;

/// `POST /alerts` and `POST /settings`.
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
    match forms::submit(parts.uri.path(), &fields, &backend, local_time).await {
        Ok(location) => Redirect::to(location).into_response(),
        Err(error) => page::refuse(context, Request::from_parts(parts, Body::empty()), &fields, &error).await,
    }
}

/// Parses the value of an input of type `datetime-local` in the time zone of the server. Of two such instants the first is taken.
fn local_time(text: &str) -> Option<DateTime<FixedOffset>> {
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f"];
    let time = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    Some(Local.from_local_datetime(&time).earliest()?.fixed_offset())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_are_those_of_an_input() {
        for text in ["2026-10-20T09:30", "2026-10-20T09:30:00", "2026-10-20T09:30:00.000"] {
            let time = local_time(text).map(|time| time.naive_local().to_string());
            assert_eq!(time.as_deref(), Some("2026-10-20 09:30:00"), "{text}");
        }
        for text in ["", "soon", "2026-10-20", "2026-13-20T09:30"] {
            assert_eq!(local_time(text), None, "{text}");
        }
    }
}
