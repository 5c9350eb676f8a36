//! Every command line of `platus` in the documentation is one that it accepts.

use super::{Page, pages};
use crate::command_line::platus;
use clap::CommandFactory;
use clap::error::ErrorKind;
use regex::Regex;
use server::cli::CommandLine;
use std::sync::LazyLock;

/// A command line with its place.
struct Documented {
    place: String,
    arguments: Vec<String>,
    /// Whether it stands in a sentence, which may leave out what is required.
    is_name: bool,
}

/// The arguments of `platus` in a line of a shell. Images of containers have the same name.
fn arguments(line: &str) -> Vec<Vec<String>> {
    let line = line.split("  #").next().unwrap_or_default();
    static BEGIN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:.* -- |docker run .* )?platus (.*)$").unwrap());
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let commands =
        line.split(" && ").flat_map(|part| part.split(" | ")).map(|part| part.split(" > ").next().unwrap_or_default().trim());
    commands.filter_map(|command| BEGIN.captures(command)).map(|found| words(&found[1])).collect()
}

fn documented(page: &Page) -> Vec<Documented> {
    let place = |line: usize| format!("{}:{line}", page.path.display());
    let mut all = Vec::new();
    for block in page.blocks().into_iter().filter(|block| ["", "sh", "console"].contains(&block.language)) {
        for (offset, line) in block.text.lines().enumerate() {
            let here = place(block.line + 1 + offset);
            all.extend(arguments(line).into_iter().map(|arguments| Documented { place: here.clone(), arguments, is_name: false }));
        }
    }
    let inline = Regex::new("`(platus [^`]+)`").unwrap();
    for (number, line) in page.prose() {
        for found in inline.captures_iter(line) {
            let command = found[1].replace(['[', ']'], "");
            all.extend(arguments(&command).into_iter().map(|arguments| Documented {
                place: place(number),
                arguments,
                is_name: true,
            }));
        }
    }
    all
}

#[test]
fn every_command_line_is_accepted() {
    let documented: Vec<_> = pages().iter().flat_map(documented).collect();
    assert!(documented.iter().filter(|command| !command.is_name).count() > 8);
    assert!(documented.len() > 50, "{}", documented.len());
    let mut wrong = Vec::new();
    for Documented { place, arguments, is_name } in &documented {
        let words = std::iter::once("platus").chain(arguments.iter().map(String::as_str));
        let Err(error) = CommandLine::command().try_get_matches_from(words) else { continue };
        let is_name_of_one = matches!(
            error.kind(),
            ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        );
        if error.kind() != ErrorKind::DisplayVersion && !(*is_name && is_name_of_one) {
            wrong.push(format!("{place}: platus {}: {error}", arguments.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What prints and changes nothing is run, except for words that stand for any name.
#[test]
fn commands_that_only_print_succeed() {
    let prints = |arguments: &[String]| ["plugins", "schema", "--version"].contains(&arguments[0].as_str());
    let is_any_name = |argument: &String| argument == "file_age" || argument.chars().all(|letter| letter.is_ascii_uppercase());
    let mut run = 0;
    for Documented { place, arguments, .. } in pages().iter().flat_map(documented) {
        if !prints(&arguments) || arguments.iter().any(is_any_name) {
            continue;
        }
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let output = platus(&arguments).output().unwrap();
        assert!(output.status.success(), "{place}: {}", String::from_utf8_lossy(&output.stderr));
        run += 1;
    }
    assert!(run > 3, "{run}");
}

#[test]
fn commands_are_found_in_lines_of_a_shell() {
    let found = |line: &str| arguments(line).iter().map(|words| words.join(" ")).collect::<Vec<_>>();
    assert_eq!(found("platus validate --lint && systemctl reload platus"), ["validate --lint"]);
    assert_eq!(found("runuser -u platus -- platus backup a --config b"), ["backup a --config b"]);
    assert_eq!(found("platus schema services > services.schema.json"), ["schema services"]);
    assert_eq!(found("docker run --rm platus demo --listen 0.0.0.0:5001"), ["demo --listen 0.0.0.0:5001"]);
    assert_eq!(found("docker build -t platus ."), Vec::<String>::new());
    assert_eq!(found("platus vault read a#b    # prints it"), ["vault read a#b"]);
}
