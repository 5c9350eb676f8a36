use crate::http::api::{Answer, json};
use crate::http::history::query::{BadParameter, Query};
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Csv,
}

impl Form {
    /// That of the parameter `format`, or else of the header `Accept`.
    pub fn wanted(query: &Query, headers: &HeaderMap) -> Result<Self, BadParameter> {
        let given = query.word("format", &[("json", Self::Json), ("csv", Self::Csv)])?;
        Ok(given.unwrap_or_else(|| {
            let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
            accepted_form(&accepted)
        }))
    }

    /// An answer in this format. The functions make the name of the file and the table of a CSV document.
    pub fn written<T: Serialize>(self, result: &T, file_name: impl Fn(&T) -> String, table: impl Fn(&T) -> String) -> Response {
        let mut response = match self {
            Self::Json => json(&Answer { result }),
            Self::Csv => {
                let disposition = format!("attachment; filename=\"{}\"", file_name(result));
                let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
                ([(CONTENT_TYPE, kind)], [(CONTENT_DISPOSITION, disposition)], table(result)).into_response()
            }
        };
        response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
        response
    }
}

/// CSV only if it is named and preferred to JSON, because browsers accept anything.
fn accepted_form(accepted: &str) -> Form {
    let wish = |wanted: &str| {
        let kinds = accepted.split(',').filter_map(|range| {
            let (kind, parameters) = range.split_once(';').unwrap_or((range, ""));
            kind.trim().eq_ignore_ascii_case(wanted).then(|| quality(parameters))
        });
        kinds.fold(0.0, f32::max)
    };
    let csv = wish("text/csv");
    if csv > 0.0 && csv > wish("application/json") { Form::Csv } else { Form::Json }
}

fn quality(parameters: &str) -> f32 {
    let given = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
    given.map_or(1.0, |quality| quality.trim().parse().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, accept: &[&str], expected: Form) {
        let query = Query::read(Some(query), &["format"]).unwrap();
        let headers = accept.iter().map(|value| (ACCEPT, value.parse().unwrap())).collect();
        assert_eq!(Form::wanted(&query, &headers), Ok(expected), "{accept:?}");
    }

    #[test]
    fn the_parameter_wins_over_the_header() {
        check("", &[], Form::Json);
        check("format=csv", &[], Form::Csv);
        check("format=csv", &["application/json"], Form::Csv);
        check("format=json", &["text/csv"], Form::Json);
    }

    #[test]
    fn only_who_names_csv_gets_it() {
        check("", &["text/csv"], Form::Csv);
        check("", &["Text/CSV; charset=utf-8"], Form::Csv);
        check("", &["text/csv, */*;q=0.1"], Form::Csv);
        check("", &["application/json;q=0.5", "text/csv"], Form::Csv);
        check("", &["text/csv, application/json"], Form::Json);
        check("", &["text/csv;q=0.4, application/json;q=0.5"], Form::Json);
        check("", &["text/csv;q=0"], Form::Json);
        check("", &["text/csv; q=much"], Form::Json);
        check("", &["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], Form::Json);
        check("", &["*/*"], Form::Json);
        check("", &["text/*"], Form::Json);
    }
}
