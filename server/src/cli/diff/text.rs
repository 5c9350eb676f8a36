//! Differences, for a person.

use super::answer::{Differences, Named};
use std::fmt::Write;

/// The differences, with a summary. Errors come last, where they are seen.
pub(super) fn text(differences: &Differences) -> String {
    let Differences { services, users, channels, settings, restart, lists, errors } = differences;
    let mut text = String::new();
    named(&mut text, "Services", services);
    named(&mut text, "Users", users);
    named(&mut text, "Channels", channels);
    list(&mut text, "Settings", '~', settings);
    list(&mut text, "Settings that need a restart", '!', restart);
    list(&mut text, "Lists of services that are not used as a whole", '!', lists);
    if !errors.is_empty() {
        list(&mut text, "A reload would be refused", '!', errors);
    }
    match (services.is_empty(), text.is_empty()) {
        (_, true) => "No differences.".to_owned(),
        // The summary of services that are not compared would be wrong.
        (true, false) => text.trim_end().to_owned(),
        (false, false) => text + &summary(services),
    }
}

fn summary(Named { added, changed, renamed, removed }: &Named) -> String {
    let renamed = match renamed.len() {
        0 => String::new(),
        number => format!("{number} to rename, "),
    };
    format!("Services: {} to add, {} to change, {renamed}{} to remove.", added.len(), changed.len(), removed.len())
}

fn named(text: &mut String, title: &str, Named { added, changed, renamed, removed }: &Named) {
    let changed = changed.iter().map(|changed| with_keys(changed.name.clone(), &changed.keys));
    let renamed = renamed.iter().map(|renamed| with_keys(format!("{} -> {}", renamed.was, renamed.name), &renamed.keys));
    let lines: Vec<(char, String)> = added
        .iter()
        .map(|name| ('+', name.clone()))
        .chain(changed.chain(renamed).map(|line| ('~', line)))
        .chain(removed.iter().map(|name| ('-', name.clone())))
        .collect();
    section(text, title, &lines);
}

fn with_keys(name: String, keys: &[String]) -> String {
    if keys.is_empty() { name } else { format!("{name}: {}", keys.join(", ")) }
}

fn list(text: &mut String, title: &str, sign: char, names: &[String]) {
    section(text, title, &names.iter().map(|name| (sign, name.clone())).collect::<Vec<_>>());
}

fn section(text: &mut String, title: &str, lines: &[(char, String)]) {
    if lines.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    writeln!(text, "{title}").ok();
    for (sign, line) in lines {
        writeln!(text, "  {sign} {line}").ok();
    }
    text.push('\n');
}
