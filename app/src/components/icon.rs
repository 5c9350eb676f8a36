use leptos::prelude::*;

/// The drawing of an icon: 16 px, lines of 1.5 px.
#[derive(Clone, Copy)]
pub struct Icon(&'static str);

#[allow(dead_code, reason = "pages take what they need")]
impl Icon {
    pub const BELL: Self = Self("M8 2.4a4 4 0 0 0-4 4v2.5l-1 1.8h10l-1-1.8V6.4a4 4 0 0 0-4-4zM6.8 13.2a1.4 1.4 0 0 0 2.4 0");
    pub const BELL_OFF: Self =
        Self("M5.6 3.4A4 4 0 0 1 12 6.4v2.4l1 1.9H7M4.1 5.9v3L3 10.7h1.7M6.8 13.2a1.4 1.4 0 0 0 2.4 0M2.6 2.6l10.8 10.8");
    pub const BOARD: Self = Self("M2.8 4h10.4M2.8 8h10.4M2.8 12h10.4");
    pub const BOOKMARK: Self = Self("M4.6 2.6h6.8v10.8L8 10.7l-3.4 2.7z");
    pub const CALENDAR: Self = Self(
        "M4.1 3.4h7.8a1.5 1.5 0 0 1 1.5 1.5v6.8a1.5 1.5 0 0 1-1.5 1.5H4.1a1.5 1.5 0 0 1-1.5-1.5V4.9a1.5 1.5 0 0 1 1.5-1.5zM2.6 6.7h10.8M5.5 2v2.6M10.5 2v2.6",
    );
    pub const CHECK: Self = Self("M3.2 8.6l3.1 3.1 6.5-7");
    pub const CHEVRON_DOWN: Self = Self("M4 6.2l4 4 4-4");
    pub const CHEVRON_RIGHT: Self = Self("M6.2 4l4 4-4 4");
    pub const CLOCK: Self = Self("M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0zM8 5v3.1l2 1.4");
    pub const COMPACT: Self = Self("M2.8 3.4h10.4M2.8 6.5h10.4M2.8 9.6h10.4M2.8 12.7h10.4");
    pub const DEPENDENCY: Self = Self("M4 2.8v5.4a2.5 2.5 0 0 0 2.5 2.5h5.2M9.4 8.3l2.5 2.4-2.5 2.4");
    pub const DOTS: Self = Self("M3.5 8h.01M8 8h.01M12.5 8h.01");
    pub const DOWNLOAD: Self = Self("M8 2.6v7M5 6.9l3 3 3-3M3 13.2h10");
    pub const EXTERNAL: Self = Self("M6.2 4H4a1 1 0 0 0-1 1v7a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1V9.8M9.3 3H13v3.7M12.7 3.3L7.5 8.5");
    pub const FILE: Self = Self("M4 2.5h5l3 3v8H4zM9 2.5v3h3");
    pub const HEALTH: Self = Self("M2 8h3l1.6-4 2.8 8L11 8h3");
    pub const INCIDENT: Self = Self("M8 2.7L13.8 13H2.2zM8 6.6v3M8 11.2v.01");
    pub const INFO: Self = Self("M13.6 8A5.6 5.6 0 1 1 2.4 8a5.6 5.6 0 0 1 11.2 0zM8 7.4v3.4M8 5.1v.01");
    pub const KEY: Self = Self("M8 10.6a2.6 2.6 0 1 1-5.2 0 2.6 2.6 0 0 1 5.2 0zM7.3 8.7l5.4-5.4M10.4 5.6l2 2");
    pub const PAUSE: Self = Self("M5.7 3.5v9M10.3 3.5v9");
    pub const PENCIL: Self = Self("M10.6 2.9l2.5 2.5L5.6 13l-3 .5.5-3z");
    pub const PLAY: Self = Self("M5 3.4v9.2L12.4 8z");
    pub const PLUS: Self = Self("M8 3.2v9.6M3.2 8h9.6");
    pub const REFRESH: Self = Self("M13 8.2a5 5 0 1 1-1.5-3.7L13 6M13 2.8V6H9.8");
    pub const SEARCH: Self = Self("M11.5 7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM10.5 10.5l3.2 3.2");
    pub const SLIDERS: Self = Self(
        "M2.8 5h6M12.4 5h.8M2.8 11h.8M7.2 11h6M12.3 5a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0zM7.1 11a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0z",
    );
    pub const USER: Self = Self("M10.5 5.4a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM3.2 13.2c.6-2.5 2.5-3.6 4.8-3.6s4.2 1.1 4.8 3.6");
    pub const WRENCH: Self =
        Self("M10.2 2.7a3.4 3.4 0 0 0-3.7 4.6L2.7 11a1.6 1.6 0 0 0 2.3 2.3l3.7-3.8a3.4 3.4 0 0 0 4.6-3.7l-2 2-2.3-.8-.8-2.3z");
    pub const X: Self = Self("M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6");
}

/// An icon. Screen readers skip it: a text or a label is beside it.
#[component]
pub fn IconView(icon: Icon) -> impl IntoView {
    let Icon(outline) = icon;
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=outline />
        </svg>
    }
}
