//! The text of the three files, with a comment at everything that differs.

use super::model::{Imported, Part, Presence, Remark, RemarkKind};
use super::value::Value;
use super::yaml_text;
use std::borrow::Cow;
use std::ops::RangeInclusive;
use system::foreign_text;

/// Characters of a line of a comment.
const WIDTH: usize = 120;

/// The texts of the files.
pub(super) struct Documents {
    pub config: Document,
    pub services: Document,
    pub users: Document,
}

/// The text of a file, and which of its lines belong to which part.
#[derive(Default)]
pub(super) struct Document {
    pub text: String,
    /// Of the text.
    lines: usize,
    /// In the order of the parts, also for those that are comments.
    pub parts: Vec<RangeInclusive<usize>>,
}

impl Documents {
    /// `origin` says what was read, as in `Gatus (config.yaml)`.
    pub(super) fn of(imported: &Imported, origin: &str) -> Self {
        Self { config: config(imported, origin), services: services(imported, origin), users: users(imported, origin) }
    }
}

fn services(imported: &Imported, origin: &str) -> Document {
    let mut document = Document::default();
    document.comment(&format!("What to check, imported from {origin}."));
    if imported.services.iter().all(|part| part.keys.get("role").is_none()) {
        document.comment("Services without `role` are visible to administrators only.");
    }
    document.parts(&imported.services, |part| {
        let mut text = String::new();
        yaml_text::entry(&part.name, &Value::Map(part.keys.clone()), 0, &mut text);
        text
    });
    document.unless_empty(&imported.services);
    document
}

fn users(imported: &Imported, origin: &str) -> Document {
    let mut document = Document::default();
    document.comment(&format!("Who can log in, imported from {origin}."));
    document.comment("`platus users hash` reads a password and prints its hash.");
    document.parts(&imported.users, |part| {
        let mut text = String::new();
        yaml_text::entry(&part.name, &Value::Map(part.keys.clone()), 0, &mut text);
        text
    });
    document.unless_empty(&imported.users);
    document
}

fn config(imported: &Imported, origin: &str) -> Document {
    let mut document = Document::default();
    document.comment(&format!("Settings for all services, imported from {origin}."));
    document.remarks(None, &imported.remarks);
    document.push("\n");
    let mut settings = imported.settings.clone();
    let is_on = imported.channels.iter().any(|part| part.presence == Presence::Active);
    if is_on && settings.get("notify").is_none() {
        settings.set("notify", Value::flag(true));
    }
    document.push(&yaml_text::map(&settings, 0));
    document.list("notify_backend", &imported.channels);
    document.list("maintenance", &imported.windows);
    if settings.is_empty() && document.lacks(&imported.channels) && document.lacks(&imported.windows) {
        document.push("{}\n");
    }
    document
}

impl Document {
    fn push(&mut self, text: &str) {
        self.lines += text.matches('\n').count();
        self.text.push_str(text);
    }

    fn comment(&mut self, text: &str) {
        self.push(&comment(text, ""));
    }

    fn remarks(&mut self, name: Option<&str>, remarks: &[Remark]) {
        if let Some(name) = name {
            self.comment(&format!("{name}:"));
        }
        for Remark { kind, text } in remarks {
            match kind {
                RemarkKind::Loss => self.push(&comment(&format!("NOT CARRIED OVER: {text}"), "  ")),
                RemarkKind::Note => self.push(&comment(&format!("Note: {text}"), "  ")),
            }
        }
    }

    /// Writes each part after its remarks.
    fn parts(&mut self, parts: &[Part], write: impl Fn(&Part) -> String) {
        for part in parts {
            self.push("\n");
            let has_heading = part.presence == Presence::Absent;
            self.remarks(has_heading.then_some(&part.name), &part.remarks);
            let first = self.lines + 1;
            match part.presence {
                Presence::Active => self.push(&write(part)),
                Presence::Commented => self.push(&commented(&write(part))),
                Presence::Absent => {}
            }
            self.parts.push(first..=self.lines);
        }
    }

    /// A key of `config.yaml` whose value is a list of parts.
    fn list(&mut self, key: &str, parts: &[Part]) {
        let has_entries = !self.lacks(parts);
        if has_entries {
            self.push(&format!("{key}:\n"));
        }
        self.parts(parts, |part| yaml_text::item(&part.keys, 2));
    }

    fn lacks(&self, parts: &[Part]) -> bool {
        parts.iter().all(|part| part.presence != Presence::Active)
    }

    /// A file must not be empty.
    fn unless_empty(&mut self, parts: &[Part]) {
        if self.lacks(parts) {
            self.push("\n{}\n");
        }
    }
}

/// A comment of lines of a bounded length. Nothing in it can end the comment.
fn comment(text: &str, indentation: &str) -> String {
    let shown: Cow<'_, str> = foreign_text::line(text);
    let mut lines = vec![String::from("#")];
    for word in shown.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.chars().count() + word.chars().count() + 1 > WIDTH && line.len() > 1 {
            lines.push(format!("# {indentation}{word}"));
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

/// YAML as a comment.
fn commented(text: &str) -> String {
    text.lines().map(|line| format!("# {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_stays_one() {
        let text = comment(&format!("a\nb: c\r{} x", "long ".repeat(60)), "  ");
        assert!(text.lines().count() > 2 && text.lines().all(|line| line.starts_with('#')), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn parts_are_written_with_their_remarks() {
        let mut web = Part::new("web");
        web.keys.set("type", Value::text("tcp"));
        web.note("a note");
        let mut off = Part::new("idle");
        off.keys.set("type", Value::text("tcp"));
        off.presence = Presence::Commented;
        let mut gone = Part::new("gone");
        gone.lost_altogether("there is no such check");
        let imported = Imported { services: vec![web, off, gone], ..Imported::default() };
        let Document { text, parts, .. } = services(&imported, "a test");
        let expected = "# What to check, imported from a test.\n# Services without `role` are visible to administrators only.\n\n\
                        # Note: a note\nweb:\n  type: tcp\n\n# idle:\n#   type: tcp\n\n\
                        # gone:\n# NOT CARRIED OVER: there is no such check\n";
        assert_eq!(text, expected);
        // The last one has no lines of its own.
        assert_eq!(parts, [5..=6, 8..=9, RangeInclusive::new(13, 12)]);
        assert_eq!(config(&Imported::default(), "a test").text.lines().last(), Some("{}"));
    }
}
