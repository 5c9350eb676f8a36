/// The fields of a submitted form.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Names and values, in the order of the form. A name may occur more than once.
    pub fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The fields of the form that a browser is about to submit.
    #[cfg(feature = "hydrate")]
    pub fn of(event: &leptos::ev::SubmitEvent) -> Self {
        use wasm_bindgen::JsCast;
        use web_sys::js_sys::{self, Array};
        use web_sys::{FormData, HtmlFormElement};

        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else { return Self::default() };
        let entries = js_sys::try_iter(&data).ok().flatten().into_iter().flatten().flatten();
        let field = |entry: Array| Some((entry.get(0).as_string()?, entry.get(1).as_string()?));
        Self(entries.filter_map(|entry| field(entry.unchecked_into())).collect())
    }

    /// On the server no form is submitted by an event.
    #[cfg(not(feature = "hydrate"))]
    pub fn of(_: &leptos::ev::SubmitEvent) -> Self {
        Self::default()
    }

    /// The value of the first field with this name, trimmed; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.texts(name).next().unwrap_or_default()
    }

    /// The values of all fields with this name, trimmed.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.trim())
    }

    /// Whether a checkbox is checked.
    pub fn is_checked(&self, name: &str) -> bool {
        self.texts(name).next().is_some()
    }
}
