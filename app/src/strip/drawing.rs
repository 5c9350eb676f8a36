//! What is drawn: few shapes a row, since there may be thousands of rows. A state is told by the form of its bars, too: operational
//! is low, unknown low and hollow, unhealthy high and broken, down high and whole.

use crate::model::State;
use std::fmt::Write;

/// A bar with the gap after it, in the units of the drawing.
const PITCH: usize = 5;
const BAR: usize = 4;

/// Size of the drawing of the bars.
pub const WIDTH: usize = 48 * PITCH;
pub const HEIGHT: usize = 22;

/// Width of the line, which is as high as the bars.
pub const LINE_WIDTH: f64 = 92.0;

/// The outlines of a history, as SVG writes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shapes {
    /// The bars of each state that there is.
    pub bars: Vec<(State, String)>,
    /// The marks where nothing is known.
    pub gaps: String,
    /// How long the checks took; empty when that is not known.
    pub line: String,
}

impl Shapes {
    pub fn of(states: &[Option<State>], elapsed: &[Option<u32>]) -> Self {
        let mut shapes = Self { line: line(elapsed), ..Self::default() };
        for (bar, state) in states.iter().enumerate() {
            let left = bar * PITCH;
            let Some(state) = *state else {
                rectangle(&mut shapes.gaps, left, HEIGHT - 2, BAR, 2);
                continue;
            };
            let place = shapes.bars.iter().position(|(drawn, _)| *drawn == state).unwrap_or_else(|| {
                shapes.bars.push((state, String::new()));
                shapes.bars.len() - 1
            });
            draw(&mut shapes.bars[place].1, state, left);
        }
        shapes
    }
}

fn draw(path: &mut String, state: State, left: usize) {
    const LOW: usize = 8;
    match state {
        State::Operational => rectangle(path, left, LOW, BAR, HEIGHT - LOW),
        State::Unknown => {
            rectangle(path, left, LOW, BAR, HEIGHT - LOW);
            rectangle(path, left + 1, LOW + 1, BAR - 2, HEIGHT - LOW - 2);
        }
        State::Unhealthy => {
            rectangle(path, left, 0, BAR, HEIGHT / 2 - 1);
            rectangle(path, left, HEIGHT / 2 + 2, BAR, HEIGHT / 2 - 2);
        }
        State::Down => rectangle(path, left, 0, BAR, HEIGHT),
    }
}

// Writing to a string cannot fail.
fn rectangle(path: &mut String, left: usize, top: usize, width: usize, height: usize) {
    write!(path, "M{left} {top}h{width}v{height}h-{width}z").ok();
}

/// A line from the bottom for nothing to the top for the longest. Where nothing was measured it is interrupted.
fn line(elapsed: &[Option<u32>]) -> String {
    const TOP: f64 = 2.0;
    const BOTTOM: f64 = HEIGHT as f64 - 2.0;
    let longest = f64::from(elapsed.iter().flatten().copied().max().unwrap_or_default().max(1));
    let pitch = (LINE_WIDTH - 2.0) / (elapsed.len().max(2) - 1) as f64;
    let mut path = String::new();
    let mut is_drawing = false;
    for (bar, elapsed) in elapsed.iter().enumerate() {
        if let Some(elapsed) = elapsed {
            let (x, y) = (1.0 + pitch * bar as f64, BOTTOM - (BOTTOM - TOP) * f64::from(*elapsed) / longest);
            // A point alone has to be seen, too.
            let command = if is_drawing { "L" } else { "M" };
            let dot = if is_drawing { "" } else { "h0" };
            write!(path, "{command}{x:.1} {y:.1}{dot}").ok();
        }
        is_drawing = elapsed.is_some();
    }
    path
}
