use super::exit::WRONG_INPUT;
use super::output::{print_error, print_line};
use checks::{CheckTypes, Documentation};
use clap::Args;
use std::fmt;
use std::process::ExitCode;
use yaml::KeyDocumentation;
use yaml::suggestion;

/// Columns of a terminal for which the documentation is wrapped.
const WIDTH: usize = 100;

#[derive(Args)]
pub(super) struct Plugins {
    /// The check type to explain, with its keys and a complete example. Default: list all.
    name: Option<String>,
}

impl Plugins {
    pub(super) fn run(self) -> ExitCode {
        let check_types = CheckTypes::built_in();
        let Some(name) = self.name else {
            print_line(list(&check_types).trim_end());
            return ExitCode::SUCCESS;
        };
        match check_types.documentation(&name) {
            Some(documentation) => {
                print_line(Page(&documentation).to_string().trim_end());
                ExitCode::SUCCESS
            }
            None => {
                let known: Vec<_> = check_types.names().collect();
                print_error(format_args!("There is no plugin `{name}`; {}", suggestion(&name, &known, "plugins")));
                ExitCode::from(WRONG_INPUT)
            }
        }
    }
}

fn list(check_types: &CheckTypes) -> String {
    let width = check_types.names().map(str::len).max().unwrap_or_default();
    let lines = check_types.names().filter_map(|name| check_types.documentation(name));
    lines.map(|plugin| format!("{:width$}  {}\n", plugin.name, plugin.summary)).collect()
}

/// The documentation of a check type, for a terminal.
struct Page<'a>(&'a Documentation);

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Documentation { name, summary, properties, data, example } = self.0;
        writeln!(f, "{name}: {summary}")?;
        section(f, "properties: how to connect", properties)?;
        section(f, "data: what to check, besides `type` (the group) and `name`", data)?;
        write!(f, "\nExample for services.yaml:\n\n{example}")
    }
}

fn section(f: &mut fmt::Formatter<'_>, title: &str, keys: &[KeyDocumentation]) -> fmt::Result {
    writeln!(f, "\n{title}")?;
    if keys.is_empty() {
        writeln!(f, "  no keys")?;
    }
    for KeyDocumentation { key, form, required, default, secret, description } in keys {
        write!(f, "\n  {key}  ({form}")?;
        match default {
            _ if *required => write!(f, ", required")?,
            Some(default) => write!(f, ", default {default}")?,
            None => {}
        }
        writeln!(f, "{})", if *secret { ", secret" } else { "" })?;
        wrapped(f, description)?;
    }
    Ok(())
}

fn wrapped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    const INDENT: &str = "     ";
    let mut column = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            writeln!(f)?;
            column = 0;
        }
        if column == 0 {
            write!(f, "{INDENT}")?;
            column = INDENT.len();
        }
        write!(f, " {word}")?;
        column += 1 + length;
    }
    if column > 0 { writeln!(f) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_every_plugin_is_explained() {
        let check_types = CheckTypes::built_in();
        for name in check_types.names() {
            let documentation = check_types.documentation(name).unwrap();
            assert!(documentation.summary.ends_with('.'), "{name}: {}", documentation.summary);
            for key in documentation.properties.iter().chain(&documentation.data) {
                assert!(key.description.ends_with('.'), "{name}.{}: {:?}", key.key, key.description);
                assert!(!key.description.contains("[`"), "{name}.{} links to code: {}", key.key, key.description);
            }
        }
    }

    #[test]
    fn a_page_shows_what_is_required_and_what_is_secret() {
        let page = Page(&CheckTypes::built_in().documentation("rest_http").unwrap()).to_string();
        for part in [
            "rest_http: Sends an HTTP request",
            "\n  host  (text, required)\n      Name or address",
            "\n  port  (whole number, default 443)\n",
            "\n  protocol  (`https` or `http`)\n",
            "\n  password  (text, secret)\n",
            "\nExample for services.yaml:\n\nshop:\n",
        ] {
            assert!(page.contains(part), "{part:?} is missing in\n{page}");
        }
        assert!(page.lines().all(|line| line.chars().count() <= WIDTH + 6), "{page}");
    }
}
