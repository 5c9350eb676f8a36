//! Derives rows from the exit status and the output of a program.

use super::process::Ended;
use super::{list, performance_data, rows};
use crate::plain_text::plain;
use crate::{CheckError, Metric, Observation};
use model::State;
use std::process::ExitStatus;

/// The rows that the program printed, else the one row of a Nagios plugin.
pub(super) fn judge(node: &str, ended: Ended) -> Result<Vec<Observation>, CheckError> {
    let mut text = ended.output.text();
    if let Some(list) = list::find(&text) {
        let rows = if !matches!(ended.status.code(), Some(0..=3)) {
            Err(format!("{}, so the rows that it printed are not used", how_it_ended(ended.status)))
        } else if ended.output.is_cut {
            Err(format!("the list of rows is longer than {} bytes; raise `max_output`", ended.output.bytes.len()))
        } else {
            list.and_then(rows::read)
        };
        return rows.map_err(|message| CheckError::new(message).with_phases(ended.phases));
    }
    if ended.output.is_cut {
        // A word that was cut could be mistaken for another: half a number is a number.
        text.truncate(text.rfind(char::is_whitespace).unwrap_or(text.len()));
    }
    let (line, metrics) = line_and_metrics(&text);
    let complaint = plain(ended.complaints.text().lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default());
    let (state, mut message) = state_and_message(ended.status, line, &complaint);
    if ended.output.is_cut {
        message = format!("{message} (its output was cut off after {} bytes)", ended.output.bytes.len()).trim_start().to_owned();
    }
    let message = Some(message).filter(|message| !message.is_empty());
    let seen = Observation { message, ..Observation::new(node, state) };
    Ok(vec![seen.with_elapsed(ended.elapsed).with_phases(ended.phases).with_metrics(metrics)])
}

/// The exit code is the state. `line` is the first line of standard output, `complaint` the last line of standard error; both may
/// be empty.
fn state_and_message(status: ExitStatus, line: String, complaint: &str) -> (State, String) {
    let ended = how_it_ended(status);
    match status.code() {
        Some(0) => (State::Operational, line),
        // A check reports on standard output. A script that crashes or is called wrongly has the same exit codes, but writes only
        // to standard error.
        Some(1 | 2) if line.is_empty() && !complaint.is_empty() => {
            (State::Unknown, format!("{ended}, nothing on standard output, and on standard error: {complaint}"))
        }
        Some(1) => (State::Unhealthy, if line.is_empty() { ended } else { line }),
        Some(2) => (State::Down, if line.is_empty() { ended } else { line }),
        Some(3) if !line.is_empty() => (State::Unknown, line),
        _ => match if line.is_empty() { complaint } else { &line } {
            "" => (State::Unknown, ended),
            said => (State::Unknown, format!("{ended}: {said}")),
        },
    }
}

fn how_it_ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code @ 0..=3) => format!("exit code {code}"),
        Some(code) => format!("exit code {code}, which is none of 0, 1, 2, 3"),
        // `signal: 9 (SIGKILL)`
        None => format!("ended by {}", status.to_string().replacen(": ", " ", 1)),
    }
}

/// The first line without its performance data, and the metrics of all lines.
fn line_and_metrics(text: &str) -> (String, Vec<Metric>) {
    let mut metrics = Vec::new();
    let (first, further) = text.trim_start().split_once('\n').unwrap_or((text, ""));
    let (line, figures) = first.split_once('|').unwrap_or((first, ""));
    performance_data::read(figures, &mut metrics);
    // In further lines everything after the first `|` is performance data.
    performance_data::read(further.split_once('|').unwrap_or_default().1, &mut metrics);
    (plain(line), metrics)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::output::Kept;
    use std::os::unix::process::ExitStatusExt;
    use std::time::Duration;

    /// An exit code, as the kernel tells it.
    const fn code(code: i32) -> i32 {
        code << 8
    }

    const KILLED: i32 = 9;

    fn kept(text: &str, is_cut: bool) -> Kept {
        Kept { bytes: text.into(), is_cut }
    }

    fn judged(wait_status: i32, output: Kept, complaints: &str) -> Result<Vec<Observation>, CheckError> {
        let status = ExitStatus::from_raw(wait_status);
        let complaints = kept(complaints, false);
        judge("node", Ended { status, output, complaints, elapsed: Duration::from_secs(1), phases: Vec::new() })
    }

    #[track_caller]
    fn check(wait_status: i32, output: &str, complaints: &str, state: State, message: &str) {
        let seen = judged(wait_status, kept(output, false), complaints).unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].state, seen[0].message.as_deref().unwrap_or_default()), (state, message), "{output} {complaints}");
        assert_eq!((seen[0].node.as_str(), seen[0].elapsed), ("node", Some(Duration::from_secs(1))));
    }

    #[test]
    fn the_exit_code_is_the_state_and_the_first_line_the_message() {
        check(code(0), "PING OK - 1 ms|rta=1ms\n", "", State::Operational, "PING OK - 1 ms");
        check(code(1), "slow\nmore of it\n", "", State::Unhealthy, "slow");
        check(code(2), "\n\n refused |x=1", "ignored", State::Down, "refused");
        check(code(3), "no idea", "", State::Unknown, "no idea");
        check(code(0), "[OK] all is well", "", State::Operational, "[OK] all is well");
    }

    #[test]
    fn a_program_may_say_nothing() {
        check(code(0), "", "", State::Operational, "");
        check(code(0), "", "a warning", State::Operational, "");
        check(code(0), "|x=1", "", State::Operational, "");
        check(code(1), "", "", State::Unhealthy, "exit code 1");
        check(code(2), " \n", "\n", State::Down, "exit code 2");
        check(code(3), "", "", State::Unknown, "exit code 3");
    }

    #[test]
    fn a_crash_is_no_finding() {
        let crash = "Traceback:\n  File\nMemoryError\n\n";
        let said = "nothing on standard output, and on standard error: MemoryError";
        check(code(1), "", crash, State::Unknown, &format!("exit code 1, {said}"));
        check(code(2), "\n", crash, State::Unknown, &format!("exit code 2, {said}"));
        check(code(3), "", crash, State::Unknown, "exit code 3: MemoryError");
        check(code(4), "", "", State::Unknown, "exit code 4, which is none of 0, 1, 2, 3");
        check(code(127), "half done", crash, State::Unknown, "exit code 127, which is none of 0, 1, 2, 3: half done");
        check(code(255), "", crash, State::Unknown, "exit code 255, which is none of 0, 1, 2, 3: MemoryError");
        check(KILLED, "", "", State::Unknown, "ended by signal 9 (SIGKILL)");
        check(KILLED, "half done", "", State::Unknown, "ended by signal 9 (SIGKILL): half done");
    }

    #[test]
    fn figures_stand_in_the_first_line_and_behind_the_text_of_the_others() {
        let output = "DISK OK | /=1MB;2;3\nlong text\nmore | /home=2MB\n'/var log'=3MB\n";
        let metrics = judged(code(0), kept(output, false), "").unwrap().remove(0).metrics;
        let metrics: Vec<_> = metrics.iter().map(|metric| (metric.name.as_str(), metric.value)).collect();
        assert_eq!(metrics, [("/", 1.0), ("/home", 2.0), ("/var log", 3.0)]);
    }

    #[test]
    fn what_was_cut_off_is_told_and_not_misread() {
        let seen = judged(code(1), kept("slow | a=1 b=12", true), "").unwrap().remove(0);
        assert_eq!(seen.message.as_deref(), Some("slow (its output was cut off after 15 bytes)"));
        assert_eq!(seen.metrics.len(), 1, "the 12 may have been 123");
        let seen = judged(code(0), kept("|a=1", true), "").unwrap().remove(0);
        assert_eq!(seen.message.as_deref(), Some("(its output was cut off after 4 bytes)"));
    }

    #[test]
    fn a_list_of_rows_counts_unless_its_program_failed() {
        let list = r#" [{"node": "a", "state": "down"}]"#;
        for ended in [code(0), code(1), code(2), code(3)] {
            assert_eq!(judged(ended, kept(list, false), "warning").unwrap()[0].state, State::Down);
        }
        let message = |ended, output| judged(ended, output, "").unwrap_err().message;
        assert_eq!(
            message(code(4), kept(list, false)),
            "exit code 4, which is none of 0, 1, 2, 3, so the rows that it printed are not used"
        );
        assert_eq!(message(KILLED, kept(list, false)), "ended by signal 9 (SIGKILL), so the rows that it printed are not used");
        assert_eq!(message(code(0), kept("[{", true)), "the list of rows is longer than 2 bytes; raise `max_output`");
        assert!(message(code(0), kept("[{", false)).contains("no valid JSON"));
    }
}
