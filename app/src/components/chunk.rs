use super::board_address::BoardAddress;
use super::brief_rows::BriefRows;
use super::long_board::is_sent;
use super::row::{Row, ServiceRow};
use super::row_element::FocusedPart;
use crate::board::{Arrangement, Chunk, Line};
use crate::erased::IntoAny;
use crate::live::{ChunkDetail, Derived, Detail, LiveBoard, RowDetails};
use leptos::either::Either;
use leptos::html;
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::web_sys::{Element, HtmlElement};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The rows of a chunk. On a long board the browser lays out only chunks near the screen, and all others have brief rows.
#[component]
pub fn ChunkView(
    id: String,
    chunks: Derived<Vec<Chunk>>,
    arrangement: Derived<Arrangement>,
    address: BoardAddress,
) -> impl IntoView {
    let details: RowDetails = expect_context();
    let detail = details.chunk(&id, is_sent());
    let lines = Derived::new({
        let id = id.clone();
        move || {
            chunks.with(|chunks| chunks.iter().find(|chunk| chunk.id == id).map(|chunk| chunk.lines.to_vec()).unwrap_or_default())
        }
    });
    let rows = Rows { board: expect_context(), lines, arrangement, address };
    move || match details.are_partial() {
        true => {
            let (id, rows, detail, details) = (id.clone(), rows.clone(), detail.clone(), details.clone());
            Either::Left(view! { <PartialChunk id rows detail details /> })
        }
        false => {
            let (id, rows) = (id.clone(), rows.clone());
            Either::Right(view! {
                <tbody role="rowgroup" data-chunk=id>
                    {rows.complete()}
                </tbody>
            })
        }
    }
}

/// What the rows of a chunk are made of.
#[derive(Clone)]
struct Rows {
    board: LiveBoard,
    lines: Derived<Vec<Line>>,
    arrangement: Derived<Arrangement>,
    address: BoardAddress,
}

/// What a chunk of a long board shows.
enum Shown {
    /// Nothing yet.
    Nothing,
    /// What the server has sent.
    Sent,
    /// Brief rows, kept up to date by this effect.
    Brief { _update: RenderEffect<u64> },
    /// Complete rows.
    Full { _rows: Box<AnyViewState> },
}

/// A chunk of a long board. Its rows are no views while they are brief or as the server has sent them: thousands of views would take
/// much memory.
#[component]
fn PartialChunk(id: String, rows: Rows, detail: ChunkDetail, details: RowDetails) -> impl IntoView {
    let element = NodeRef::<html::Tbody>::new();
    // The policy of the page allows no styles in what the server sends. Until then, a chunk counts as one of average size.
    Effect::new({
        let lines = rows.lines.clone();
        move |_| {
            let number = lines.with(Vec::len).to_string();
            if let Some(element) = element.get() {
                // Fails only for a style that cannot be changed.
                HtmlElement::style(&element).set_property("--rows", &number).ok();
            }
        }
    });
    Effect::new({
        let id = id.clone();
        move |shown: Option<Shown>| {
            let shown = shown.unwrap_or(Shown::Nothing);
            let Some(element) = element.get() else { return shown };
            match (detail.get(), shown) {
                (Detail::Sent, before) => {
                    rows.lines.with(|_| ());
                    // The lines have changed.
                    if matches!(before, Shown::Sent) {
                        details.replace(&id);
                    }
                    Shown::Sent
                }
                (Detail::Brief, before) => keeping_focus(&element, || {
                    drop(before);
                    rows.show_brief(element.clone().into())
                }),
                (Detail::Full, before) => keeping_focus(&element, || {
                    drop(before);
                    rows.show_complete(&element)
                }),
            }
        }
    });
    view! { <tbody role="rowgroup" data-chunk=id node_ref=element inner_html="" /> }
}

impl Rows {
    /// Complete rows.
    fn complete(&self) -> AnyView {
        let Self { board, lines, arrangement, address } = self.clone();
        let line = move |line: Line| match line {
            Line::Node(key) => board.row(&key).map(|row| view! { <Row row is_child=false /> }.into_any()),
            Line::Child(key) => board.row(&key).map(|row| view! { <Row row is_child=true /> }.into_any()),
            Line::Service(service) => {
                Some(view! { <ServiceRow service arrangement=arrangement.clone() address=address.clone() /> }.into_any())
            }
        };
        view! { <For each=move || lines.get() key=Clone::clone children=line /> }.into_any()
    }

    /// Shows complete rows in place of what the element has.
    fn show_complete(&self, element: &Element) -> Shown {
        element.set_inner_html("");
        let mut rows = untrack(|| self.complete().build());
        rows.mount(element, None);
        Shown::Full { _rows: Box::new(rows) }
    }

    /// Shows brief rows in place of what the element has.
    fn show_brief(&self, element: Element) -> Shown {
        let rows = self.clone();
        let update = RenderEffect::new(move |before: Option<u64>| {
            let html = rows.brief();
            let sum = sum(&html);
            // Most changes are of what brief rows do not show.
            if before != Some(sum) {
                keeping_focus(&element, || element.set_inner_html(&html));
            }
            sum
        });
        Shown::Brief { _update: update }
    }

    fn brief(&self) -> String {
        let mut rows = BriefRows::default();
        for line in self.lines.get() {
            let status = |key| self.board.row(key).map(|row| row.get());
            match line {
                Line::Node(key) => status(&key).into_iter().for_each(|row| rows.add_node(&row, false)),
                Line::Child(key) => status(&key).into_iter().for_each(|row| rows.add_node(&row, true)),
                Line::Service(service) => {
                    let keys = self.arrangement.with(|arrangement| arrangement.nodes_of(&service).to_vec());
                    let nodes: Vec<_> = keys.iter().filter_map(status).collect();
                    rows.add_service(&nodes, &self.address.get());
                }
            }
        }
        rows.html
    }
}

/// Does something with the rows of an element. When that replaces the part of a row that has the focus, the new one gets it.
fn keeping_focus<T>(element: &Element, work: impl FnOnce() -> T) -> T {
    let focused = FocusedPart::within(element);
    let result = work();
    focused.iter().for_each(FocusedPart::return_focus);
    result
}

fn sum(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
