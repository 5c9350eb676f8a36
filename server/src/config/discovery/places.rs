//! Where the targets stand in the text of a list.

use std::sync::Arc;
use yaml::Location;

/// The places of all targets, in their order. The text must be a list of objects of which only `targets` has a list.
pub(super) fn of_targets(file: &Arc<str>, text: &str) -> Vec<Location> {
    let mut places = Vec::new();
    let mut open = Vec::new();
    let (mut line, mut column) = (1, 0);
    let mut is_text = false;
    let mut is_escaped = false;
    for letter in text.chars() {
        column += 1;
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' if is_text => is_text = false,
            _ if is_text => {}
            '"' => {
                is_text = true;
                if open == ['[', '{', '['] {
                    places.push(Location { file: Arc::clone(file), line, column });
                }
            }
            '[' | '{' => open.push(letter),
            ']' | '}' => {
                open.pop();
            }
            '\n' => (line, column) = (line + 1, 0),
            _ => {}
        }
    }
    places
}
