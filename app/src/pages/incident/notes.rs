use super::answer::Answer;
use crate::base_path::under_base;
use crate::components::{Announcement, RefusedForm, exact, keep_focus};
use crate::erased::IntoAny;
use crate::forms::{Fields, INCIDENTS, action};
use crate::incidents::short_time;
use crate::model::{NoteView, RpcError};
use crate::rpc;
use crate::texts::incident as texts;
use chrono::{DateTime, FixedOffset};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// Bytes of a note. Letters beyond ASCII have more than one, so the server may refuse one that fits here.
const LONGEST: &str = "2000";

/// What users have noted, the first first, and for operators the form to add a note.
#[component]
pub fn Notes(answer: Answer, may_act: bool) -> impl IntoView {
    let form = may_act.then(|| view! { <NoteForm answer=answer.clone() /> });
    let content = move || {
        let view = answer.get();
        if view.notes.is_empty() {
            return view! { <p class="none">{texts::no_notes()}</p> }.into_any();
        }
        let items = view.notes.iter().map(|note| view! { <NoteItem note=note.clone() now=view.now /> });
        view! { <ul>{items.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="card notes" aria-labelledby="notes-heading">
            <h2 id="notes-heading">{texts::notes()}</h2>
            {content}
            {form}
        </section>
    }
    .into_any()
}

#[component]
fn NoteItem(note: NoteView, now: DateTime<FixedOffset>) -> impl IntoView {
    let NoteView { at, author, text, .. } = note;
    view! {
        <li>
            <p class="detail">
                <strong>{author}</strong>
                ", "
                <time datetime=at.to_rfc3339() title=exact(at)>
                    {short_time(at, now)}
                </time>
            </p>
            <p class="text">{text}</p>
        </li>
    }
    .into_any()
}

#[component]
fn NoteForm(answer: Answer) -> impl IntoView {
    let number = answer.get_untracked().incident.id;
    let announcement: Announcement = expect_context();
    let text = NodeRef::<html::Textarea>::new();
    let add = Action::new(move |written: &String| {
        let (written, answer, announcement) = (written.clone(), answer.clone(), announcement.clone());
        async move {
            rpc::add_note(number, written).await?;
            announcement.say(texts::note_added().to_owned());
            if let Some(text) = text.get_untracked() {
                text.set_value("");
            }
            // When it fails, the note appears with the next answer.
            if let Ok(view) = rpc::incident(number).await {
                answer.set(Arc::new(view));
            }
            Ok::<(), RpcError>(())
        }
    });
    let refused: RefusedForm = expect_context();
    let refused = refused.reason(action::NOTE, Some(number));
    let refusal = move || match add.value().get() {
        Some(result) => result.err().map(|error: RpcError| error.to_string()),
        None => refused.clone(),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !add.pending().get_untracked() {
            keep_focus(&event);
            add.dispatch(Fields::of(&event).text("text").to_owned());
        }
    };
    view! {
        <form method="post" action=under_base(&format!("{INCIDENTS}/{number}")) on:submit=submit data-commands="note">
            <input type="hidden" name="action" value=action::NOTE />
            <input type="hidden" name="incident" value=number />
            <label class="field">
                <span class="label">{texts::note()} <small>{texts::who_sees_notes()}</small></span>
                <textarea name="text" rows="3" maxlength=LONGEST required node_ref=text></textarea>
            </label>
            <button type="submit" aria-disabled=move || add.pending().get().to_string()>
                {texts::add_note()}
            </button>
            <p class="refusal" role="alert">
                {refusal}
            </p>
        </form>
    }
    .into_any()
}
