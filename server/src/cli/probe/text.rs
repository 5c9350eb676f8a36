use crate::probe::Report;
use model::{Metric, Observation, Phase, State};
use std::fmt::Write;
use std::time::Duration;

/// A service for a person.
pub(super) fn text(report: &Report) -> String {
    let (id, name) = (&report.service.id, &report.service.name);
    let mut text = format!("{id}{}\n", if name == id.as_str() { String::new() } else { format!(" ({name})") });
    match &report.result {
        Err(error) => {
            writeln!(text, "  {:<11}  {}  {}", State::Unknown, report.service.node, error.message).ok();
            detail(&mut text, &phases(&error.phases, error.unfinished));
            error.notes.iter().for_each(|note| detail(&mut text, note));
        }
        Ok(observations) => observations.iter().for_each(|seen| node(&mut text, seen)),
    }
    text
}

fn node(text: &mut String, seen: &Observation) {
    let name = seen.node_name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    let elapsed = seen.elapsed.map(|elapsed| format!("  {}", duration(elapsed))).unwrap_or_default();
    let message = seen.message.as_ref().map(|message| format!("  {message}")).unwrap_or_default();
    writeln!(text, "  {:<11}  {}{name}{elapsed}{message}", seen.state, seen.node).ok();
    detail(text, &phases(&seen.phases, seen.unfinished));
    seen.notes.iter().for_each(|note| detail(text, note));
    for expectation in &seen.expectations {
        let verdict = if expectation.met { "as expected" } else { "UNEXPECTED" };
        detail(text, &format!("{verdict:<11}  {}: {}", expectation.expected, expectation.seen));
    }
    let metrics = seen.metrics.iter().map(|Metric { name, value, unit, .. }| format!("{name} {value}{unit}"));
    detail(text, &metrics.collect::<Vec<_>>().join(", "));
}

fn detail(text: &mut String, detail: &str) {
    if !detail.is_empty() {
        writeln!(text, "               {detail}").ok();
    }
}

fn phases(phases: &[Phase], unfinished: Option<Phase>) -> String {
    let phase = |phase: &Phase| format!("{} {}", phase.name, duration(phase.elapsed));
    let unfinished = unfinished.iter().map(|it| format!("{} (not finished)", phase(it)));
    phases.iter().map(phase).chain(unfinished).collect::<Vec<_>>().join(", ")
}

fn duration(duration: Duration) -> String {
    match duration.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        seconds => format!("{:.1} ms", seconds * 1e3),
    }
}
