//! The API keys of the page, and what an administrator does with them.

use crate::address::use_query;
use crate::components::RefusedForm;
use crate::forms::action;
use crate::live::SharedSignal;
use crate::model::{CreatedKeyView, KeyRequest, KeySettings};
use crate::rpc;
use crate::texts::keys as texts;
use leptos::prelude::*;

/// The key that a form without JavaScript created, if this page is the answer to one. In the context of its page.
#[derive(Clone)]
pub(super) struct KeyOfForm(Option<CreatedKeyView>);

impl KeyOfForm {
    /// Takes it from the server; the browser gets it with the document, as a refusal. Not for use inside of a `Suspense`.
    pub fn of_page() -> Self {
        Self(SharedValue::new(created).into_inner())
    }
}

#[cfg(feature = "ssr")]
fn created() -> Option<CreatedKeyView> {
    use_context()
}

#[cfg(not(feature = "ssr"))]
fn created() -> Option<CreatedKeyView> {
    None
}

/// Creates and revokes keys. Clones share everything.
#[derive(Clone)]
pub(super) struct KeyChanges {
    pub keys: SharedSignal<Vec<KeySettings>>,
    pub create: Action<KeyRequest, ()>,
    pub revoke: Action<(u64, String), ()>,
    /// The key that was just created.
    pub created: SharedSignal<Option<CreatedKeyView>>,
    /// Why a key was not created, as a sentence.
    pub refusal: SharedSignal<Option<String>>,
    /// What has happened to a key that is no longer in the list, or why it could not be revoked.
    pub news: SharedSignal<Option<String>>,
}

impl KeyChanges {
    /// Begins with these keys, and with the result of the form that was sent without JavaScript.
    pub fn of_page(keys: Vec<KeySettings>) -> Self {
        let KeyOfForm(created) = expect_context();
        let refused: RefusedForm = expect_context();
        let was_revoked = use_query().with_untracked(|query| query.get("revoked").is_some());
        let keys = SharedSignal::new(keys);
        let created = SharedSignal::new(created);
        let refusal = SharedSignal::new(refused.reason(action::CREATE_KEY, None));
        let news = SharedSignal::new(was_revoked.then(|| texts::is_revoked().to_owned()));
        let create = Action::new({
            let (keys, created, refusal, news) = (keys.clone(), created.clone(), refusal.clone(), news.clone());
            move |request: &KeyRequest| {
                let (keys, created, refusal, news) = (keys.clone(), created.clone(), refusal.clone(), news.clone());
                let request = request.clone();
                async move {
                    news.set(None);
                    match rpc::create_key(request).await {
                        Ok(key) => {
                            refusal.set(None);
                            created.set(Some(key));
                            fetch(&keys).await;
                        }
                        Err(error) => refusal.set(Some(error.to_string())),
                    }
                }
            }
        });
        let revoke = Action::new({
            let (keys, created, news) = (keys.clone(), created.clone(), news.clone());
            move |(id, name): &(u64, String)| {
                let (keys, created, news) = (keys.clone(), created.clone(), news.clone());
                let (id, name) = (*id, name.clone());
                async move {
                    news.set(Some(match rpc::revoke_key(id).await {
                        Ok(()) => texts::key_is_revoked(&name),
                        Err(error) => texts::key_was_not_revoked(&name, &error.to_string()),
                    }));
                    if created.get_untracked().is_some_and(|created| created.name == name) {
                        created.set(None);
                    }
                    fetch(&keys).await;
                }
            }
        });
        Self { keys, create, revoke, created, refusal, news }
    }
}

/// Fetches the list again. Without an answer it stays as it is.
async fn fetch(keys: &SharedSignal<Vec<KeySettings>>) {
    if let Ok(settings) = rpc::settings(true).await {
        keys.set(settings.keys);
    }
}
