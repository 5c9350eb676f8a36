use super::selection::Selection;
use crate::erased::IntoAny;
use crate::texts::silence_form as texts;
use leptos::prelude::*;

/// The selected services, and a box to add another one. Enter adds what is typed.
#[component]
pub(super) fn Services(selection: Selection) -> impl IntoView {
    let text = selection.text;
    let [selected, changed, entered, suggested, added] = std::array::from_fn(|_| selection.clone());
    view! {
        <ul class="selected" aria-label=texts::selected_services()>
            <For
                each=move || selected.selected.get()
                key=Clone::clone
                children=move |service| {
                    let label = texts::remove(service.as_str());
                    let selection = selection.clone();
                    let name = service.to_string();
                    view! {
                        <li>
                            {name.clone()}
                            <input type="hidden" name="services" value=name />
                            <button type="button" aria-label=label on:click=move |_| selection.remove(&service)>
                                "×"
                            </button>
                        </li>
                    }
                }
            />
        </ul>
        <div class="another">
            <input
                class="input"
                type="text"
                name="service"
                autofocus
                list="services"
                autocomplete="off"
                spellcheck="false"
                aria-label=texts::service_or_type()
                placeholder=texts::service_placeholder()
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
                on:change=move |_| {
                    if changed.is_named() {
                        changed.add();
                    }
                }
                on:keydown=move |event| {
                    if event.key() == "Enter" && !text.read_untracked().trim().is_empty() {
                        event.prevent_default();
                        entered.add();
                    }
                }
            />
            <datalist id="services">
                {move || {
                    let suggestions = suggested.suggestions().into_iter();
                    suggestions.map(|(value, description)| view! { <option value=value>{description}</option> }).collect_view()
                }}
            </datalist>
            <button type="button" on:click=move |_| added.add()>
                {texts::add()}
            </button>
        </div>
    }
    .into_any()
}
