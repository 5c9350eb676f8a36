use super::shared::Shared;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// How much the page shows of the rows of a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// What the server has sent: everything, as it was then. Only until the page is alive.
    Sent,
    /// Their states and their names: they are far from the screen.
    Brief,
    /// Everything.
    #[default]
    Full,
}

/// How much the rows of a long board show, so that rows far from the screen cost little. The rows of a short board show everything.
///
/// Clones share it.
#[derive(Clone)]
pub struct RowDetails {
    chunks: Shared<Chunks>,
    is_long: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Whether the browser reports which chunks are near the screen.
    is_reported: bool,
}

#[derive(Default)]
struct Chunks {
    shown: HashMap<Arc<str>, ShownChunk>,
    /// Chunks that show what the server has sent, in the order of the document.
    sent: Vec<Arc<str>>,
    /// The chunk with the row that the keyboard returns to, which is full wherever it is.
    kept: Option<String>,
    is_printing: bool,
}

struct ShownChunk {
    is_near: bool,
    detail: ArcRwSignal<Detail>,
}

/// How much the rows of a chunk show. Clones share it; it is followed for as long as one lives.
#[derive(Clone)]
pub struct ChunkDetail(Arc<Registered>);

struct Registered {
    detail: ArcRwSignal<Detail>,
    /// Absent where all rows are full.
    chunks: Option<(Shared<Chunks>, Arc<str>)>,
}

impl RowDetails {
    /// `is_long` says whether only the rows near the screen are laid out, and `is_reported` whether the browser says which ones.
    pub fn new(is_long: impl Fn() -> bool + Send + Sync + 'static, is_reported: bool) -> Self {
        Self { chunks: Shared::default(), is_long: Arc::new(is_long), is_reported }
    }

    /// Whether rows may show less than everything. The effect or memo that calls this runs again when that changes.
    pub fn are_partial(&self) -> bool {
        self.is_reported && self.is_long()
    }

    /// Whether the board is a long one. The effect or memo that calls this runs again when that changes.
    pub fn is_long(&self) -> bool {
        (self.is_long)()
    }

    /// How much the rows of a chunk show. With `is_sent`, the document already has them.
    pub fn chunk(&self, id: &str, is_sent: bool) -> ChunkDetail {
        if !self.is_reported {
            return ChunkDetail(Arc::new(Registered { detail: ArcRwSignal::default(), chunks: None }));
        }
        let id = Arc::<str>::from(id);
        let is_long = untrack(|| self.is_long());
        let detail = self.chunks.with(|chunks| {
            let detail = match is_sent && is_long {
                true => Detail::Sent,
                false => chunks.detail(&id, false, is_long),
            };
            if detail == Detail::Sent {
                chunks.sent.push(Arc::clone(&id));
            }
            let detail = ArcRwSignal::new(detail);
            chunks.shown.insert(Arc::clone(&id), ShownChunk { is_near: false, detail: detail.clone() });
            detail
        });
        ChunkDetail(Arc::new(Registered { detail, chunks: Some((self.chunks.clone(), id)) }))
    }

    /// Replaces what the server has sent of a chunk: it has other rows now.
    pub fn replace(&self, id: &str) {
        self.change(|chunks, is_long| chunks.due(id, is_long).into_iter().collect());
    }

    /// A chunk came near the screen, or left it.
    pub fn set_near(&self, id: &str, is_near: bool) {
        self.change(|chunks, is_long| {
            if let Some(chunk) = chunks.shown.get_mut(id) {
                chunk.is_near = is_near;
            }
            chunks.due(id, is_long).into_iter().collect()
        });
    }

    /// Shows all of this chunk wherever it is, in place of any other.
    pub fn keep(&self, id: Option<String>) {
        self.change(|chunks, is_long| {
            let before = std::mem::replace(&mut chunks.kept, id);
            before.iter().chain(&chunks.kept).filter_map(|id| chunks.due(id, is_long)).collect()
        });
    }

    /// Paper has no screen: while the page is printed, all rows show everything.
    pub fn print(&self, is_printing: bool) {
        self.chunks.with(|chunks| chunks.is_printing = is_printing);
        self.update();
    }

    /// The board has become a long or a short one. What the server has sent is still replaced in steps where it becomes brief: all of it
    /// at once would block the page.
    pub fn update(&self) {
        self.change(|chunks, is_long| {
            let due = chunks.shown.keys().filter_map(|id| chunks.due(id, is_long));
            due.filter(|(before, detail)| *detail == Detail::Full || before.get_untracked() != Detail::Sent).collect()
        });
    }

    /// Replaces some of the chunks that the server has sent. Says whether there may be more.
    pub fn replace_sent(&self, most: usize) -> bool {
        self.change(|chunks, is_long| {
            let some: Vec<_> = chunks.sent.drain(..most.min(chunks.sent.len())).collect();
            some.iter().filter_map(|id| chunks.due(id, is_long)).collect()
        });
        self.chunks.with(|chunks| !chunks.sent.is_empty())
    }

    /// Changes the chunks, then notifies those that show more or less.
    fn change(&self, work: impl FnOnce(&mut Chunks, bool) -> Vec<(ArcRwSignal<Detail>, Detail)>) {
        let is_long = untrack(|| self.is_long());
        let due = self.chunks.with(|chunks| work(chunks, is_long));
        due.into_iter().for_each(|(signal, detail)| signal.set(detail));
    }
}

impl Chunks {
    fn detail(&self, id: &str, is_near: bool, is_long: bool) -> Detail {
        let is_full = is_near || !is_long || self.is_printing || self.kept.as_deref() == Some(id);
        if is_full { Detail::Full } else { Detail::Brief }
    }

    /// What the chunk has to show, unless it does.
    fn due(&self, id: &str, is_long: bool) -> Option<(ArcRwSignal<Detail>, Detail)> {
        let chunk = self.shown.get(id)?;
        let detail = self.detail(id, chunk.is_near, is_long);
        (chunk.detail.get_untracked() != detail).then(|| (chunk.detail.clone(), detail))
    }
}

impl ChunkDetail {
    /// The effect that calls this runs again when it changes.
    pub fn get(&self) -> Detail {
        self.0.detail.get()
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let Some((chunks, id)) = self.chunks.take() else { return };
        // The new view of a chunk that moved is registered before the old one is dropped.
        let gone = chunks.with(|chunks| match chunks.shown.get(&id) {
            Some(chunk) if chunk.detail == self.detail => chunks.shown.remove(&id),
            _ => None,
        });
        drop(gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::SharedSignal;

    fn details(is_long: bool, is_reported: bool) -> (RowDetails, SharedSignal<bool>) {
        let signal = SharedSignal::new(is_long);
        let is_long = signal.clone();
        (RowDetails::new(move || is_long.get_untracked(), is_reported), signal)
    }

    #[test]
    fn rows_of_a_long_board_are_full_while_they_are_near_the_screen() {
        let owner = Owner::new();
        owner.set();
        let (details, _) = details(true, true);
        let (near, far) = (details.chunk("a", false), details.chunk("b", false));
        let shown = || [&near, &far].map(|row| row.0.detail.get_untracked());
        assert_eq!(shown(), [Detail::Brief, Detail::Brief]);
        details.set_near("a", true);
        assert_eq!(shown(), [Detail::Full, Detail::Brief]);
        details.set_near("a", false);
        details.set_near("another", true);
        assert_eq!(shown(), [Detail::Brief, Detail::Brief]);
    }

    #[test]
    fn rows_are_full_on_a_short_board_and_where_the_browser_reports_nothing() {
        let owner = Owner::new();
        owner.set();
        let (silent, _) = details(true, false);
        assert_eq!(silent.chunk("a", true).0.detail.get_untracked(), Detail::Full);
        let (details, is_long) = details(false, true);
        let row = details.chunk("a", true);
        assert_eq!(row.0.detail.get_untracked(), Detail::Full);
        for (value, expected) in [(true, Detail::Brief), (false, Detail::Full)] {
            is_long.set(value);
            details.update();
            assert_eq!(row.0.detail.get_untracked(), expected);
        }
    }

    #[test]
    fn what_the_server_has_sent_is_replaced_in_steps_and_at_once_near_the_screen() {
        let owner = Owner::new();
        owner.set();
        let (details, _) = details(true, true);
        let rows = ["a", "b", "c"].map(|id| details.chunk(id, true));
        let shown = || rows.each_ref().map(|row| row.0.detail.get_untracked());
        assert_eq!(shown(), [Detail::Sent; 3]);
        details.update();
        assert_eq!(shown(), [Detail::Sent; 3]);
        details.set_near("c", true);
        assert_eq!(shown(), [Detail::Sent, Detail::Sent, Detail::Full]);
        assert!(details.replace_sent(1));
        assert_eq!(shown(), [Detail::Brief, Detail::Sent, Detail::Full]);
        assert!(!details.replace_sent(9));
        assert_eq!(shown(), [Detail::Brief, Detail::Brief, Detail::Full]);
    }

    #[test]
    fn the_row_of_the_keyboard_and_printed_rows_are_full() {
        let owner = Owner::new();
        owner.set();
        let (details, _) = details(true, true);
        let rows = ["a", "b"].map(|id| details.chunk(id, false));
        let shown = || rows.each_ref().map(|row| row.0.detail.get_untracked());
        let keep = |id: &str| details.keep(Some(id.to_owned()));
        keep("a");
        assert_eq!(shown(), [Detail::Full, Detail::Brief]);
        keep("b");
        assert_eq!(shown(), [Detail::Brief, Detail::Full]);
        details.print(true);
        assert_eq!(shown(), [Detail::Full, Detail::Full]);
        details.print(false);
        assert_eq!(shown(), [Detail::Brief, Detail::Full]);
    }

    #[test]
    fn a_row_that_is_gone_is_dropped_but_not_its_replacement() {
        let owner = Owner::new();
        owner.set();
        let (details, _) = details(true, true);
        let count = || details.chunks.with(|chunks| chunks.shown.len());
        let old = details.chunk("a", false);
        let new = details.chunk("a", false);
        drop(old);
        assert_eq!(count(), 1);
        drop(new);
        assert_eq!(count(), 0);
    }
}
