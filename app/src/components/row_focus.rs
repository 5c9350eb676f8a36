//! The focus while rows move. A browser takes it from an element that moves in the document, and a list moves also rows whose place stays.

use super::row_element::FocusedPart;
use crate::live::Shared;
use leptos::prelude::*;

/// What of a row has the focus before rows move. Clones share it.
#[derive(Clone, Default)]
pub(super) struct RowFocus {
    kept: Shared<Option<FocusedPart>>,
    moved: ArcTrigger,
}

impl RowFocus {
    /// Keeps what has the focus until the next frame. For what decides where rows are: it runs before any of them moves.
    pub fn keep(&self) {
        if cfg!(not(feature = "hydrate")) {
            return;
        }
        // Rows may move several times until then: what has lost the focus stays kept.
        let Some(focused) = FocusedPart::focused() else { return };
        if self.kept.with(|kept| kept.replace(focused)).is_none() {
            let moved = self.moved.clone();
            request_animation_frame(move || moved.notify());
        }
    }

    /// What had the focus before rows moved. The effect that calls this runs again in the frame after that.
    pub fn take(&self) -> Option<FocusedPart> {
        self.moved.track();
        self.kept.with(Option::take)
    }
}
