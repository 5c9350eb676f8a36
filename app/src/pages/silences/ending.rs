use crate::components::{RefusedForm, focus_result, keep_focus};
use crate::erased::IntoAny;
use crate::forms::action;
use crate::live::SharedSignal;
use crate::model::{ExtensionRequest, RecurrenceView, RpcError, SilenceRequest, SilenceView, SuppressionKind};
use crate::rpc;
use crate::texts::silences as texts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// What has just happened on the page. In its context: the row of a silence is gone when it has ended.
#[derive(Clone)]
pub(super) struct Ending {
    /// Ends a silence.
    pub end: Action<Ended, Result<Ended, (u64, RpcError)>>,
    /// Ends a silence later.
    pub extend: Action<Extension, Result<(), (u64, RpcError)>>,
    /// Enters one again that has been ended.
    undo: Action<SilenceRequest, Result<(), RpcError>>,
    news: SharedSignal<Option<News>>,
}

/// A silence that a user extends: its number, its name, and until when.
type Extension = (u64, String, ExtensionRequest);

/// A silence that a user ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub id: u64,
    /// `silence of shop`.
    pub name: String,
    /// What enters it again. Absent for an acknowledgement and for a pause, which the pages of the incident and of the service offer again.
    pub request: Option<SilenceRequest>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum News {
    Entered,
    Ended(Box<Ended>),
    Extended(String),
    Failed(String),
}

impl Ended {
    pub fn of(silence: &SilenceView, scope: &str) -> Self {
        let SilenceView { id, kind, services, comment, from, until, recurrence, .. } = silence.clone();
        let is_entered_here = matches!(kind, SuppressionKind::Silence | SuppressionKind::Maintenance);
        let request = SilenceRequest { kind, services, comment, ..SilenceRequest::default() };
        let request = match recurrence {
            Some(RecurrenceView { rule, .. }) => SilenceRequest { recurrence: Some(rule), ..request },
            None => SilenceRequest { from: Some(from), until, ..request },
        };
        let request = is_entered_here.then_some(request);
        Self { id, name: texts::of_scope(texts::kind(kind), scope), request }
    }
}

impl Ending {
    pub fn new() -> Self {
        let news = SharedSignal::<Option<News>>::default();
        let end = Action::new({
            let news = news.clone();
            move |ended: &Ended| {
                let (ended, news) = (ended.clone(), news.clone());
                async move {
                    let result = rpc::end_silence(ended.id).await;
                    if result.is_ok() {
                        news.set(Some(News::Ended(Box::new(ended.clone()))));
                        focus_result();
                    }
                    result.map(|()| ended.clone()).map_err(|error| (ended.id, error))
                }
            }
        });
        let extend = Action::new({
            let news = news.clone();
            move |(id, name, request): &(u64, String, ExtensionRequest)| {
                let (id, name, request, news) = (*id, name.clone(), *request, news.clone());
                async move {
                    rpc::extend(id, request).await.map_err(|error| (id, error))?;
                    news.set(Some(News::Extended(name)));
                    Ok(())
                }
            }
        });
        let undo = Action::new({
            let news = news.clone();
            move |request: &SilenceRequest| {
                let (request, news) = (request.clone(), news.clone());
                async move {
                    let result = rpc::create_silence(request).await;
                    news.set(Some(match &result {
                        Ok(()) => News::Entered,
                        Err(error) => News::Failed(error.to_string()),
                    }));
                    result
                }
            }
        });
        Self { end, extend, undo, news }
    }

    /// Reports that a silence has been entered.
    pub fn entered(&self) {
        self.news.set(Some(News::Entered));
    }

    /// Why the silence with this number could not be ended.
    pub fn refusal(&self, id: u64, refused: &RefusedForm) -> impl Fn() -> Option<String> + Clone + use<> {
        let end = self.end;
        let before = refused.reason(action::END, Some(id));
        move || match end.value().get() {
            Some(Err((refused, error))) if refused == id => Some(error.to_string()),
            Some(_) => None,
            None => before.clone(),
        }
    }
}

/// What has just happened, and how to undo it.
#[component]
pub(super) fn Outcome() -> impl IntoView {
    let Ending { news, undo, .. } = expect_context();
    let content = move || {
        let (text, request) = match news.get()? {
            News::Entered => (texts::entered().to_owned(), None),
            News::Ended(ended) => (texts::has_ended(&ended.name), ended.request),
            News::Extended(name) => (texts::ends_later(&name), None),
            News::Failed(reason) => (reason, None),
        };
        let undo = request.map(|request| {
            let again = move |event: SubmitEvent| {
                event.prevent_default();
                if !undo.pending().get_untracked() {
                    keep_focus(&event);
                    undo.dispatch(request.clone());
                }
            };
            view! {
                <form on:submit=again>
                    <button type="submit" class="small" aria-disabled=move || undo.pending().get().to_string()>
                        {texts::undo()}
                    </button>
                </form>
            }
        });
        Some(view! { <div class="outcome"><p data-outcome="">{text}</p> {undo}</div> })
    };
    view! {
        <div role="status" class="outcomes">
            {content}
        </div>
    }
    .into_any()
}
