//! Makes the texts of check results safe. Names, answers, certificates and errors of targets pass through here before they are stored or
//! shown.

use model::{CheckError, Expectation, Metric, Observation};
use system::foreign_text;

/// The observation with safe texts. `host` is the node that the configuration names.
pub(super) fn safe_observation(seen: Observation, host: &str) -> Observation {
    // The name from the configuration identifies the row and stays as it is.
    let node = if seen.node == host { seen.node } else { foreign_text::name(&seen.node) };
    let expectation = |Expectation { expected, seen, met }: Expectation| {
        Expectation::new(foreign_text::message(&expected), foreign_text::message(&seen), met)
    };
    let metric =
        |metric: Metric| Metric { name: foreign_text::name(&metric.name), unit: foreign_text::name(&metric.unit), ..metric };
    Observation {
        node,
        node_name: seen.node_name.map(|name| foreign_text::name(&name)),
        message: seen.message.map(|message| foreign_text::message(&message)),
        expectations: seen.expectations.into_iter().map(expectation).collect(),
        metrics: seen.metrics.into_iter().map(metric).collect(),
        notes: seen.notes.iter().map(|note| foreign_text::message(note)).collect(),
        state: seen.state,
        is_pending: seen.is_pending,
        elapsed: seen.elapsed,
        phases: seen.phases,
        unfinished: seen.unfinished,
    }
}

/// The error with safe texts.
pub(super) fn safe_error(error: CheckError) -> CheckError {
    let CheckError { message, phases, unfinished, notes } = error;
    let notes = notes.iter().map(|note| foreign_text::message(note)).collect();
    CheckError { message: foreign_text::message(&message), phases, unfinished, notes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::State;
    use system::testing::{HOSTILE, assert_safe};

    /// All that plugins take from targets: keys and values of JSON, headers, reasons, output, names of nodes, workers and members,
    /// fields of certificates, records of DNS.
    #[test]
    fn no_text_of_a_result_forges() {
        let hostile = || HOSTILE.to_owned();
        let seen = Observation {
            node: hostile(),
            node_name: Some(hostile()),
            message: Some(HOSTILE.repeat(100)),
            expectations: vec![Expectation::new(HOSTILE, HOSTILE, false)],
            metrics: vec![Metric::new(hostile(), 1.0, hostile())],
            notes: vec![hostile()],
            ..Observation::new("", State::Down)
        };
        let safe = safe_observation(seen, "host");
        let mut texts = vec![safe.node, safe.node_name.unwrap(), safe.message.unwrap()];
        texts.extend(safe.expectations.into_iter().flat_map(|expectation| [expectation.expected, expectation.seen]));
        texts.extend(safe.metrics.into_iter().flat_map(|metric| [metric.name, metric.unit]));
        texts.extend(safe.notes);
        let error = CheckError { notes: vec![hostile()], ..CheckError::new(HOSTILE) };
        let error = safe_error(error);
        texts.push(error.message);
        texts.extend(error.notes);
        assert_eq!(texts.len(), 10);
        for text in texts {
            assert_safe("result", &text, false);
            assert!(text.contains("red") && text.chars().count() <= 4_001, "{text}");
        }
    }

    #[test]
    fn the_node_of_the_configuration_keeps_its_name() {
        let node = |name: &str| safe_observation(Observation::new(name, State::Down), "a\u{200b}b").node;
        assert_eq!((node("a\u{200b}b"), node("c\u{200b}d")), ("a\u{200b}b".to_owned(), "c<U+200B>d".to_owned()));
    }
}
