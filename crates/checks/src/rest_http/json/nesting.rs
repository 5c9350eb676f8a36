//! Bounds the nesting of a path, which the library parses by recursion.

/// Maximum nesting of brackets. 300 overflow a stack of 2 MiB in a build without optimization.
const DEEPEST_BRACKETS: usize = 50;

/// Maximum nesting of filters. The time that the library takes to parse them doubles with each level: 20 levels take minutes.
const DEEPEST_FILTERS: usize = 8;

/// Fails if the path is nested too deeply, with the place in it.
pub(super) fn check(path: &str) -> Result<(), String> {
    // Whether each open bracket has a filter.
    let mut open: Vec<bool> = Vec::new();
    let mut letters = path.chars().enumerate();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' | '"' => skip_literal(letter, &mut letters),
            '(' | '[' => open.push(false),
            ')' | ']' => {
                open.pop();
            }
            '?' => open.last_mut().into_iter().for_each(|has_filter| *has_filter = true),
            _ => continue,
        }
        let too_deep = if open.len() > DEEPEST_BRACKETS {
            Some(("brackets", DEEPEST_BRACKETS))
        } else if open.iter().filter(|has_filter| **has_filter).count() > DEEPEST_FILTERS {
            Some(("filters", DEEPEST_FILTERS))
        } else {
            None
        };
        if let Some((what, deepest)) = too_deep {
            return Err(format!("the {what} of this JSONPath are nested more than {deepest} levels deep at character {}", at + 1));
        }
    }
    Ok(())
}

/// Skips a string literal up to its closing quotation mark.
fn skip_literal(quotation_mark: char, letters: &mut impl Iterator<Item = (usize, char)>) {
    while let Some((_, letter)) = letters.next().filter(|(_, letter)| *letter != quotation_mark) {
        if letter == '\\' {
            letters.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path with so many of these around a query.
    fn nested(before: &str, after: &str, depth: usize) -> String {
        format!("$[?{}@.a{}]", before.repeat(depth), after.repeat(depth))
    }

    #[test]
    fn brackets_and_filters_may_be_nested_up_to_a_bound() {
        for (before, after) in [("(", ")"), ("!(", ")"), ("length(", ")")] {
            // One of them is that of the filter itself.
            assert_eq!(check(&nested(before, after, DEEPEST_BRACKETS - 1)), Ok(()), "{before}");
            for depth in [DEEPEST_BRACKETS, 300, 100_000] {
                let error = check(&nested(before, after, depth)).unwrap_err();
                let at = 3 + before.len() * DEEPEST_BRACKETS;
                assert_eq!(error, format!("the brackets of this JSONPath are nested more than 50 levels deep at character {at}"));
            }
        }
        assert_eq!(check(&nested("@[?", "]", DEEPEST_FILTERS - 1)), Ok(()));
        let error = check(&nested("@[?", "]", DEEPEST_FILTERS)).unwrap_err();
        assert_eq!(error, "the filters of this JSONPath are nested more than 8 levels deep at character 27");
        assert!(check(&nested("value(@[?", "])", 20)).is_err());
        assert!(check(&"$[?".repeat(100_000)).is_err());
    }

    #[test]
    fn many_that_are_not_nested_and_those_of_a_text_do_not_count() {
        let siblings = "[?@.a == 1]".repeat(1_000);
        let text = format!("[?@.a == '{}']", r"([?\'".repeat(1_000));
        for path in [format!("${siblings}"), format!("${text}"), format!("$[{}'a']", "?@.a, ".repeat(1_000)), ")]".repeat(99)] {
            assert_eq!(check(&path), Ok(()));
        }
    }

    #[test]
    fn paths_up_to_the_bounds_are_parsed() {
        for path in [
            nested("!(", ")", DEEPEST_BRACKETS - 1),
            nested("(", ")", DEEPEST_BRACKETS - 1),
            nested("@[?", "]", DEEPEST_FILTERS - 1),
        ] {
            serde_json_path::JsonPath::parse(&path).unwrap();
        }
    }
}
