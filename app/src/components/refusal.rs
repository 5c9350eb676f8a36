use leptos::prelude::*;

/// Why the server refused a form that was sent without JavaScript. Not for use inside of a `Suspense`, which renders its content more
/// than once and would break the order of shared values.
#[component]
pub fn RefusalNotice() -> impl IntoView {
    // The browser gets it with the document: the form may have been sent before hydration.
    let refusal = SharedValue::new(refusal).into_inner();
    refusal.map(|refusal| {
        view! {
            <p class="notice" data-notice="refusal" role="alert">
                {refusal}
            </p>
        }
    })
}

#[cfg(feature = "ssr")]
fn refusal() -> Option<String> {
    use_context::<crate::forms::Refusal>().map(|refusal| refusal.0)
}

#[cfg(not(feature = "ssr"))]
fn refusal() -> Option<String> {
    None
}
