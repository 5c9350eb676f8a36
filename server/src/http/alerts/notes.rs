//! Notes of users on incidents.

use super::body;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use crate::http::history::{self, NoteAnswer};
use crate::http::note_numbers::MOST_NOTES;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, extract};
use model::{NoteRefusal, NoteRequest};
use std::sync::Arc;
use storage::Note;
use storage::write_requests::WriteRequest;
use system::foreign_text;

/// Bytes of a note.
const LONGEST: usize = 2_000;

/// `POST /incidents/ID/notes`: adds a note.
pub async fn add_note(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let Path(incident) = id.map_err(|_| ApiError::NotFound)?;
    // Whether there is an incident comes before what is wrong with the request.
    let note = write_note(&context, &caller, incident, || Ok(body::read::<NoteRequest>(&bytes)?.text)).await?;
    Ok((StatusCode::CREATED, json(&Answer { result: NoteAnswer::new(note, chrono_tz::UTC) })).into_response())
}

/// Adds a note to an incident that the caller sees.
///
/// # Errors
///
/// `NotFound` if the caller sees no incident with this number, `NotOperator` for a viewer, `NoteRefused` for a note that is empty or too long, or
/// if the incident has its share of notes.
pub async fn write_note(
    context: &Context,
    caller: &Principal,
    incident: u64,
    text: impl FnOnce() -> Result<String, ApiError>,
) -> Result<Note, ApiError> {
    history::ask_for_incident(context, caller, incident).await?;
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    let text = checked(&text()?)?;
    let mut turn = context.note_numbers.turn().await;
    if history::notes_of(context, caller, incident).await?.len() >= MOST_NOTES {
        return Err(NoteRefusal::TooMany(MOST_NOTES).into());
    }
    let at = context.clock.now();
    let note = Note { id: turn.number(at), incident, at, author: foreign_text::name(&caller.name), text };
    let request = WriteRequest { notes: vec![note.clone()], ..WriteRequest::default() };
    if !context.write_requests.submit(request).await {
        return Err(ApiError::ShuttingDown);
    }
    tracing::info!(incident, author = note.author, "Note added to an incident.");
    Ok(note)
}

/// The text as it is stored. Browsers send line ends as two characters.
fn checked(text: &str) -> Result<String, NoteRefusal> {
    let text = text.replace("\r\n", "\n");
    let text = foreign_text::lines(text.trim());
    match text.len() {
        0 => Err(NoteRefusal::Empty),
        length if length > LONGEST => Err(NoteRefusal::TooLong(LONGEST)),
        _ => Ok(text.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_a_text_of_a_bounded_length() {
        assert_eq!(checked(" restarted\r\nand fine\n"), Ok("restarted\nand fine".to_owned()));
        assert_eq!(checked("a\u{202e}b"), Ok("a<U+202E>b".to_owned()));
        assert_eq!(checked(" \n"), Err(NoteRefusal::Empty));
        assert_eq!(checked(&"é".repeat(1_000)).map(|text| text.len()), Ok(2_000));
        assert_eq!(checked(&"é".repeat(1_001)), Err(NoteRefusal::TooLong(LONGEST)));
    }
}
