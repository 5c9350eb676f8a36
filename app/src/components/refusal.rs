use crate::forms::Refusal;
use leptos::prelude::*;

/// The form that was sent without JavaScript and refused, if this page is the answer to one. In the context of its page.
#[derive(Clone)]
pub struct RefusedForm(Option<Refusal>);

impl RefusedForm {
    /// Takes it from the server; the browser gets it with the document: the form may have been sent before hydration. Not for use inside
    /// of a `Suspense`, which renders its content more than once and would break the order of shared values.
    pub fn of_page() -> Self {
        Self(SharedValue::new(refusal).into_inner())
    }

    /// The same while the server renders a page; none in the browser.
    pub fn on_server() -> Self {
        Self(refusal())
    }

    /// Why the form with this action and this number was refused.
    pub fn reason(&self, action: &str, number: Option<u64>) -> Option<String> {
        self.0.as_ref().filter(|refusal| refusal.is_of(action, number)).map(|refusal| refusal.reason.clone())
    }

    /// The reason at the top of the page. The form itself may be far below, or gone.
    pub fn notice(&self) -> impl IntoView + use<> {
        let reason = self.0.as_ref().map(|refusal| refusal.reason.clone());
        reason.map(|reason| {
            view! {
                <p class="notice" data-notice="refusal" role="alert">
                    {reason}
                </p>
            }
        })
    }
}

#[cfg(feature = "ssr")]
fn refusal() -> Option<Refusal> {
    use_context()
}

#[cfg(not(feature = "ssr"))]
fn refusal() -> Option<Refusal> {
    None
}
