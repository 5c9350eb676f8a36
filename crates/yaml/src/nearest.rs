/// The candidate that `word` is most likely a misspelling of; `None` when all are too different.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let tolerated = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, _)| distance <= tolerated)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_understood_and_another_word_is_not() {
        let known = ["search", "url", "timeout"];
        for (word, expected) in [
            ("serach", Some("search")),
            ("Search", Some("search")),
            ("timeuot", Some("timeout")),
            ("ulr", Some("url")),
            ("password", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }

    #[test]
    fn of_two_the_closer_one_is_taken() {
        assert_eq!(nearest("tokens", ["token_a", "token"]), Some("token"));
    }
}
