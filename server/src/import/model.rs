//! What was read of the files of another monitor, in Platus' terms, with remarks about what differs.

use super::value::{Map, Value};
use std::collections::HashMap;

/// Everything that was read.
#[derive(Default)]
pub(super) struct Imported {
    /// The services, in the order of the source.
    pub services: Vec<Part>,
    pub channels: Vec<Part>,
    /// Maintenance windows.
    pub windows: Vec<Part>,
    pub users: Vec<Part>,
    /// Further keys of `config.yaml`.
    pub settings: Map,
    /// Whether a value that refers to a file was meant so, as in files of Platus.
    pub may_refer_to_files: bool,
    /// What concerns no part alone.
    pub remarks: Vec<Remark>,
    /// The service of each monitor whose history can be imported, by the id of the monitor in the database.
    pub monitors: HashMap<i64, String>,
}

/// A service, a channel, a maintenance window or a user.
pub(super) struct Part {
    /// Its id; of a window, how the source calls it.
    pub name: String,
    pub keys: Map,
    pub presence: Presence,
    pub remarks: Vec<Remark>,
}

/// How a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Active,
    /// As a comment, because it is switched off or cannot be used as it is.
    Commented,
    /// Only its remarks, because Platus has nothing like it.
    Absent,
}

/// A sentence about a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remark {
    pub kind: RemarkKind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RemarkKind {
    /// Something was not carried over.
    Loss,
    /// Good to know.
    Note,
}

impl Part {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), keys: Map::new(), presence: Presence::Active, remarks: Vec::new() }
    }

    /// Remarks that something was not carried over. The text says what, and what to do.
    pub(super) fn lost(&mut self, text: impl Into<String>) {
        self.remarks.push(Remark::loss(text));
    }

    /// The same, for a part of which nothing can be carried over.
    pub(super) fn lost_altogether(&mut self, text: impl Into<String>) {
        self.presence = Presence::Absent;
        self.lost(text);
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.remarks.push(Remark { kind: RemarkKind::Note, text: text.into() });
    }

    /// Sets its `properties` and `data`, as far as they have keys.
    pub(super) fn set_check(&mut self, kind: &str, properties: Map, data: Map) {
        self.keys.set("type", Value::text(kind));
        self.keys.set_if("properties", properties.into_value());
        self.keys.set_if("data", data.into_value());
    }

    pub(super) fn losses(&self) -> impl Iterator<Item = &Remark> {
        self.remarks.iter().filter(|remark| remark.kind == RemarkKind::Loss)
    }
}

impl Remark {
    pub(super) fn loss(text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Loss, text: text.into() }
    }

    pub(super) fn note(text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Note, text: text.into() }
    }
}

impl Imported {
    /// The parts of all kinds, with what they are.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&'static str, &Part)> {
        let kinds = [
            ("service", &self.services),
            ("channel", &self.channels),
            ("maintenance window", &self.windows),
            ("user", &self.users),
        ];
        kinds.into_iter().flat_map(|(kind, parts)| parts.iter().map(move |part| (kind, part)))
    }

    pub(super) fn lost(&mut self, text: impl Into<String>) {
        self.remarks.push(Remark::loss(text));
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.remarks.push(Remark::note(text));
    }
}
