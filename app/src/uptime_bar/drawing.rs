//! The SVG paths of an uptime bar: few for each row, since there may be thousands of rows. The shape of a cell shows its state
//! without colour: operational is low, unknown low and hollow, unhealthy high and broken, down high and solid.

use crate::model::State;
use std::fmt::Write;

/// The width of a cell with the gap after it, in units of the drawing, and the number of such cells that fill it.
const PITCH: usize = 5;
const CELLS: usize = 48;

/// The size of the drawing of the cells.
pub const WIDTH: usize = CELLS * PITCH;
pub const HEIGHT: usize = 22;

/// The width of the response time line, which is as high as the cells.
pub const LINE_WIDTH: f64 = 92.0;

/// The SVG paths of the cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shapes {
    /// The cells of each state that occurs.
    pub cells: Vec<(State, String)>,
    /// The dashes of the cells without data.
    pub gaps: String,
}

impl Shapes {
    pub fn of(states: &[Option<State>]) -> Self {
        let mut shapes = Self::default();
        // More cells are narrower.
        let pitch = if states.len() > CELLS { (WIDTH / states.len()).max(2) } else { PITCH };
        let width = pitch - 1;
        for (cell, state) in states.iter().enumerate() {
            let left = cell * pitch;
            let Some(state) = *state else {
                rectangle(&mut shapes.gaps, left, HEIGHT - 2, width, 2);
                continue;
            };
            let place = shapes.cells.iter().position(|(drawn, _)| *drawn == state).unwrap_or_else(|| {
                shapes.cells.push((state, String::new()));
                shapes.cells.len() - 1
            });
            draw(&mut shapes.cells[place].1, state, left, width);
        }
        shapes
    }
}

fn draw(path: &mut String, state: State, left: usize, width: usize) {
    const LOW: usize = 8;
    match state {
        State::Operational => rectangle(path, left, LOW, width, HEIGHT - LOW),
        State::Unknown => {
            rectangle(path, left, LOW, width, HEIGHT - LOW);
            rectangle(path, left + 1, LOW + 1, width.saturating_sub(2), HEIGHT - LOW - 2);
        }
        State::Unhealthy => {
            rectangle(path, left, 0, width, HEIGHT / 2 - 1);
            rectangle(path, left, HEIGHT / 2 + 2, width, HEIGHT / 2 - 2);
        }
        State::Down => rectangle(path, left, 0, width, HEIGHT),
    }
}

// Writing to a string cannot fail.
fn rectangle(path: &mut String, left: usize, top: usize, width: usize, height: usize) {
    write!(path, "M{left} {top}h{width}v{height}h-{width}z").ok();
}

/// A line from 0 at the bottom to the longest time at the top, interrupted where there are no data.
pub(super) fn line(elapsed: &[Option<u32>]) -> String {
    const TOP: f64 = 2.0;
    const BOTTOM: f64 = HEIGHT as f64 - 2.0;
    let longest = f64::from(elapsed.iter().flatten().copied().max().unwrap_or_default().max(1));
    let pitch = (LINE_WIDTH - 2.0) / (elapsed.len().max(2) - 1) as f64;
    let mut path = String::new();
    let mut is_drawing = false;
    for (cell, elapsed) in elapsed.iter().enumerate() {
        if let Some(elapsed) = elapsed {
            let (x, y) = (1.0 + pitch * cell as f64, BOTTOM - (BOTTOM - TOP) * f64::from(*elapsed) / longest);
            // A single point is drawn as a dot.
            let command = if is_drawing { "L" } else { "M" };
            let dot = if is_drawing { "" } else { "h0" };
            write!(path, "{command}{x:.1} {y:.1}{dot}").ok();
        }
        is_drawing = elapsed.is_some();
    }
    path
}
