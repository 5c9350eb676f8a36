//! Notes on an incident, read from the store.

use super::super::question::{Weight, ask};
use super::super::time;
use super::super::watched::Watched;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use crate::http::note_numbers::MOST_NOTES;
use chrono_tz::Tz;
use serde::Serialize;
use storage::Note;

/// Fails with [`ApiError::NotFound`] if the caller sees no incident with this number.
pub async fn ask_for_incident(context: &Context, caller: &Principal, id: u64) -> Result<(), ApiError> {
    let watched = Watched::all(context, caller);
    let found = ask(context, caller, &watched, Weight::Light, context.history.incident(id)).await?;
    let is_visible = found.is_some_and(|incident| watched.ids().binary_search(&incident.node).is_ok());
    if is_visible { Ok(()) } else { Err(ApiError::NotFound) }
}

/// The notes on an incident that the caller sees, in the order of entering.
pub async fn notes_of(context: &Context, caller: &Principal, incident: u64) -> Result<Vec<Note>, ApiError> {
    let watched = Watched::all(context, caller);
    ask(context, caller, &watched, Weight::Light, context.history.notes(incident, MOST_NOTES)).await
}

/// A note in the API.
#[derive(Serialize)]
pub struct NoteAnswer {
    id: u64,
    at: String,
    author: String,
    text: String,
}

impl NoteAnswer {
    pub fn new(note: Note, zone: Tz) -> Self {
        let Note { id, at, author, text, .. } = note;
        Self { id, at: time::written(at.with_timezone(&zone)), author, text }
    }
}
