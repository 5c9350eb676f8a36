//! The places in which what a list says may not stand.

use crate::config::composition::placeholders::first_in;
use std::path::Path;
use yaml::{Entry, LocatedError, Node, Value};

/// The keys that the configuration decides alone. A list could otherwise choose what is run, or take over the history of another service.
const OWN: [&str; 2] = ["type", "was"];

/// Programs that run what an argument says.
const SHELLS: [&str; 8] = ["sh", "bash", "dash", "ash", "zsh", "ksh", "fish", "busybox"];

/// An error for each placeholder of a service that may not stand there: a list decides neither the check type, nor which program runs or what a
/// shell runs, nor which file or which secret is read.
pub(in crate::config) fn refused_placeholders(service: &Node) -> Vec<LocatedError> {
    let mut errors = Vec::new();
    for Entry { key, value } in service.entries().unwrap_or_default() {
        let name = key.value.as_str();
        if OWN.contains(&name) {
            refuse(
                value,
                name,
                "a list of others must not decide it; write the value, or choose a template with `use`",
                &mut errors,
            );
        } else {
            let mut inner = Vec::new();
            within(value, &mut inner);
            errors.extend(inner.into_iter().map(|error| error.under(name)));
        }
    }
    errors
}

fn within(node: &Node, errors: &mut Vec<LocatedError>) {
    for Entry { key, value } in node.entries().unwrap_or_default() {
        let name = key.value.as_str();
        let names_secret = name.starts_with("vault_") || name.ends_with("_file");
        match name {
            "command" => command(value, errors),
            _ if names_secret => {
                refuse(value, name, "a list of others must not decide which file or secret is read; write the value", errors);
            }
            _ => {
                let mut inner = Vec::new();
                within(value, &mut inner);
                errors.extend(inner.into_iter().map(|error| error.under(name)));
            }
        }
    }
}

/// The program, and what a shell runs.
fn command(node: &Node, errors: &mut Vec<LocatedError>) {
    let Value::List(words) = &node.value else {
        return refuse(
            node,
            "command",
            "a list of others must not decide what runs; write a list of a program and its arguments",
            errors,
        );
    };
    let Some(program) = words.first() else { return };
    refuse(program, "command", "a list of others must not decide which program runs; write its path", errors);
    let name = program.text().and_then(|path| Path::new(path).file_name()).map(|name| name.to_string_lossy().into_owned());
    if !name.is_some_and(|name| SHELLS.contains(&name.as_str())) {
        return;
    }
    for (before, word) in words.iter().zip(words.iter().skip(1)) {
        let is_script =
            before.text().is_some_and(|option| option.starts_with('-') && !option.starts_with("--") && option.ends_with('c'));
        if is_script {
            let text = "the shell would run what a list of others says; write `$1` here, and the placeholder as a further argument";
            refuse(word, "command", text, errors);
        }
    }
}

fn refuse(node: &Node, key: &str, problem: &str, errors: &mut Vec<LocatedError>) {
    if let Some(location) = first_in(node) {
        errors.push(LocatedError::new(location, format!("a placeholder of `discover` cannot stand here: {problem}")).under(key));
    }
}
