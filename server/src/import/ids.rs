//! Ids of services and names of channels, made of names that may have any letters.

use std::collections::HashMap;

/// The ids that are taken, and the number that the next one of the same words gets.
#[derive(Default)]
pub(super) struct Ids(HashMap<String, u64>);

/// Longest id, so that addresses stay readable.
const LONGEST: usize = 60;

impl Ids {
    /// An id of these words that is not taken: letters, digits and `-`.
    pub(super) fn of(&mut self, words: &[&str]) -> String {
        let slug = slug(&words.join(" "));
        let slug = if slug.is_empty() { "service".to_owned() } else { slug };
        let mut number = self.0.get(&slug).copied().unwrap_or(1);
        let mut id = slug.clone();
        while self.0.contains_key(&id) {
            number += 1;
            id = format!("{slug}-{number}");
        }
        self.0.insert(slug, number);
        self.0.entry(id.clone()).or_insert(1);
        id
    }
}

fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= LONGEST {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_words_with_hyphens_and_differ() {
        let mut ids = Ids::default();
        assert_eq!(ids.of(&["Core", "Web site / EU"]), "core-web-site-eu");
        assert_eq!(ids.of(&["core", "web-site-eu"]), "core-web-site-eu-2");
        assert_eq!(ids.of(&["", "…"]), "service");
        assert_eq!(ids.of(&["../.."]), "service-2");
        assert!(ids.of(&[&"x".repeat(500)]).len() <= LONGEST);
    }
}
