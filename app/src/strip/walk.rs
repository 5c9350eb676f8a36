//! Walking through the bars of a strip.

/// What a key of the keyboard asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    To(usize),
    Leave,
}

impl Step {
    /// From this bar, among those from `first` on. Nothing when the key means nothing here.
    pub fn of(key: &str, bar: usize, first: usize, bars: usize) -> Option<Self> {
        let last = bars.checked_sub(1)?;
        let to = match key {
            "ArrowLeft" | "ArrowDown" => bar.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => bar + 1,
            "PageDown" => bar.saturating_sub(6),
            "PageUp" => bar + 6,
            "Home" => 0,
            "End" => last,
            "Escape" => return Some(Self::Leave),
            _ => return None,
        };
        Some(Self::To(to.clamp(first.min(last), last)))
    }
}

/// The bar at this part of the width of all bars, from 0 to 1.
pub fn at_part(part: f64, bars: usize) -> usize {
    let bar = (part.max(0.0) * bars as f64) as usize;
    bar.min(bars.saturating_sub(1))
}

/// The first bar that is seen whole, when this part of the width is cut off on the left.
pub fn first_visible(hidden: f64, bars: usize) -> usize {
    // A pixel's fraction hides nothing that anybody would miss.
    ((hidden.max(0.0) * bars as f64 - 0.1).ceil().max(0.0) as usize).min(bars.saturating_sub(1))
}
