//! What a list of others must not decide.

use crate::config::composition::placeholders::first_in;
use yaml::{Entry, LocatedError, Node, Value};

/// The key of `discover` that allows placeholders in commands.
pub(super) const ALLOW_IN_COMMANDS: &str = "allow_in_commands";

/// The properties that decide what runs.
const COMMAND: &str = "command";
const OF_COMMANDS: [&str; 3] = [COMMAND, "env", "directory"];

/// An error for each thing in a service that a list would decide and must not: the check type, which program runs or how, which file or which
/// secret is read, and whose history it continues. `check_type` is what `type` says with its references filled in.
pub(in crate::config) fn refused(service: &Node, check_type: Option<&str>, in_commands: bool) -> Vec<LocatedError> {
    let mut errors = Vec::new();
    for Entry { key, value } in service.entries().unwrap_or_default() {
        let name = key.value.as_str();
        let mut own = Vec::new();
        match name {
            "type" if check_type == Some("heartbeat") => {
                let text = "`discover` cannot make jobs: each needs a token of its own, which no list may have";
                own.push(LocatedError::new(&value.location, text));
            }
            "type" => {
                refuse(value, "a list of others must not decide it; write the value, or choose a template with `use`", &mut own)
            }
            "was" if !value.is_null() => {
                let text = "a service of `discover` cannot continue another one: the list decides whether it exists; remove it";
                own.push(LocatedError::new(&value.location, text));
            }
            "properties" => properties(value, in_commands, &mut own),
            _ => names_of_secrets(value, &mut own),
        }
        errors.extend(own.into_iter().map(|error| error.under(name)));
    }
    errors
}

fn properties(node: &Node, in_commands: bool, errors: &mut Vec<LocatedError>) {
    for Entry { key, value } in node.entries().unwrap_or_default() {
        let name = key.value.as_str();
        let mut own = Vec::new();
        match (name, &value.value) {
            (COMMAND, Value::List(words)) if in_commands => {
                let text = "a list of others must not decide which program runs; write its path";
                words.first().into_iter().for_each(|program| refuse(program, text, &mut own));
            }
            (name, _) if OF_COMMANDS.contains(&name) && !(in_commands && name != COMMAND) => {
                let text = format!(
                    "a list of others would decide what runs; choose a check type without a program, or set `{ALLOW_IN_COMMANDS}: true` in \
                     `discover` if the program takes any text"
                );
                refuse(value, &text, &mut own);
            }
            _ => {}
        }
        errors.extend(own.into_iter().map(|error| error.under(name)));
    }
    names_of_secrets(node, errors);
}

/// Of files and of secrets, at any depth.
fn names_of_secrets(node: &Node, errors: &mut Vec<LocatedError>) {
    for Entry { key, value } in node.entries().unwrap_or_default() {
        let name = key.value.as_str();
        let mut own = Vec::new();
        if name.starts_with("vault_") || name.ends_with("_file") {
            refuse(value, "a list of others must not decide which file or secret is read; write the value", &mut own);
        } else {
            names_of_secrets(value, &mut own);
        }
        errors.extend(own.into_iter().map(|error| error.under(name)));
    }
}

fn refuse(node: &Node, problem: &str, errors: &mut Vec<LocatedError>) {
    if let Some(location) = first_in(node) {
        errors.push(LocatedError::new(location, format!("a placeholder of `discover` cannot stand here: {problem}")));
    }
}
