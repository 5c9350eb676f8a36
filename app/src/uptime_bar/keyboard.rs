//! Keyboard and pointer navigation in the uptime bars.

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Moves to this cell of the same bar.
    Cell(usize),
    /// Moves to the bar of the row above.
    PreviousRow,
    /// Moves to the bar of the row below.
    NextRow,
    /// Closes the tooltip.
    Leave,
}

impl Step {
    /// The step of a key at `cell`, where `first` is the first visible one of `cells`. `None` for keys without a meaning here.
    pub fn of(key: &str, cell: usize, first: usize, cells: usize) -> Option<Self> {
        let last = cells.checked_sub(1)?;
        let to = match key {
            "ArrowLeft" => cell.saturating_sub(1),
            "ArrowRight" => cell + 1,
            "PageDown" => cell.saturating_sub(6),
            "PageUp" => cell + 6,
            "Home" => 0,
            "End" => last,
            "ArrowUp" => return Some(Self::PreviousRow),
            "ArrowDown" => return Some(Self::NextRow),
            "Escape" => return Some(Self::Leave),
            _ => return None,
        };
        Some(Self::Cell(to.clamp(first.min(last), last)))
    }
}

/// The cell at this part of the width of all cells, from 0 to 1.
pub fn at_part(part: f64, cells: usize) -> usize {
    let cell = (part.max(0.0) * cells as f64) as usize;
    cell.min(cells.saturating_sub(1))
}

/// The first cell that is completely visible when this part of the width is cut off on the left.
pub fn first_visible(hidden: f64, cells: usize) -> usize {
    // A fraction of a pixel does not count.
    ((hidden.max(0.0) * cells as f64 - 0.1).ceil().max(0.0) as usize).min(cells.saturating_sub(1))
}
