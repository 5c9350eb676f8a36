//! Makes nodes from the text of a file: resolves aliases, merges merge keys, and rejects dangerous content.

use super::document::{Entry, Node, Reading, Scalar, Value};
use super::error::LocatedError;
use super::location::{Located, Location};
use super::plain::read_plain;
use super::tags::{self, MapKind};
use serde_yaml::granit_parser::{Event, Marker, Options, Parser, ScalarStyle, StrInput, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Deepest nesting of lists and maps, with aliases resolved. Plugins need at most four levels.
const DEPTH_LIMIT: usize = 32;

/// Most memory of the nodes of a small file, in bytes. One with aliases of aliases can exceed it.
const MEMORY_LIMIT: usize = 128 * 1024 * 1024;

/// Further memory for each byte of a file. The nodes of an ordinary file take less than half of it.
const MEMORY_PER_BYTE: usize = 16;

/// Most duplicate keys that are reported.
const MOST_DUPLICATES: usize = 50;

/// Most keys of a map that are compared one by one. Nearly all maps have fewer, and there are many of them.
const FEW_KEYS: usize = 16;

/// A duplicate key in one map. The later value counts, as in PyYAML.
struct Duplicate {
    key: String,
    first: Location,
    again: Location,
}

impl Duplicate {
    fn refused(&self) -> LocatedError {
        let Self { key, first, again } = self;
        LocatedError::new(again, format!("the key `{key}` stands here again, first at {first}; remove one or rename it"))
    }

    fn tolerated(&self) -> LocatedError {
        let Self { key, first, again } = self;
        let text = format!("the key `{key}` stands here again, first at {first}; the value here is used; remove one or rename it");
        LocatedError::new(again, text)
    }
}

/// Reads a document whose top level is a map. `file` is the name in the locations. A duplicate key is an error.
pub fn parse(file: &str, text: &str) -> Result<Node, LocatedError> {
    let (document, duplicates) = read(file, text)?;
    duplicates.first().map_or(Ok(document), |duplicate| Err(duplicate.refused()))
}

/// The same, but the later of two equal keys is used, as in the Python program, with a warning.
pub fn parse_tolerantly(file: &str, text: &str) -> Result<(Node, Vec<LocatedError>), LocatedError> {
    let (document, duplicates) = read(file, text)?;
    Ok((document, duplicates.iter().map(Duplicate::tolerated).collect()))
}

fn read(file: &str, text: &str) -> Result<(Node, Vec<Duplicate>), LocatedError> {
    // Editors on Windows begin a file with a byte order mark, which would count as a column.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.block_scalar_eof_without_line_feed = true;
    let parser = Parser::new_from_str_with_options(text, options);
    let anchors = HashMap::new();
    let memory_limit = MEMORY_LIMIT + text.len().saturating_mul(MEMORY_PER_BYTE);
    let mut composer = Composer { parser, file: file.into(), anchors, depth: 0, memory: 0, memory_limit, duplicates: Vec::new() };
    Ok((composer.document()?, composer.duplicates))
}

struct Composer<'text> {
    parser: Parser<'text, StrInput<'text>>,
    file: Arc<str>,
    /// The complete anchored nodes. Open ones are not included, so that no node can contain itself.
    anchors: HashMap<usize, Node>,
    /// The open lists and maps.
    depth: usize,
    /// Bytes taken so far.
    memory: usize,
    memory_limit: usize,
    duplicates: Vec<Duplicate>,
}

impl<'text> Composer<'text> {
    fn document(&mut self) -> Result<Node, LocatedError> {
        let mut top: Option<Node> = None;
        while let Some((event, location)) = self.next()? {
            match event {
                Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
                Event::DocumentStart(..) if top.is_some() => {
                    return Err(LocatedError::new(
                        &location,
                        "a second document begins here, but a file holds one; remove the line `---`",
                    ));
                }
                Event::DocumentStart(..) => {}
                event => top = Some(self.node(event, location)?),
            }
        }
        let top = top.unwrap_or_else(|| Node {
            value: Value::Scalar(Scalar { text: String::new(), reading: Reading::Null }),
            location: Location { file: self.file.clone(), line: 1, column: 1 },
        });
        match &top.value {
            Value::Map(_) => Ok(top),
            Value::Scalar(scalar) if scalar.is_null() => {
                Err(LocatedError::new(&top.location, "the file holds nothing; write `{}` if it is to be empty"))
            }
            _ => Err(top.expected("a map of keys and values (`key: value` on each line)")),
        }
    }

    fn node(&mut self, event: Event<'text>, location: Location) -> Result<Node, LocatedError> {
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => (Value::Scalar(scalar(text, style, tag.as_deref(), &location)?), anchor),
            Event::SequenceStart(_, anchor, tag) => {
                tags::check_list(tag.as_deref(), &location)?;
                (self.nested(&location, Self::list)?, anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                let kind = tags::map_kind(tag.as_deref(), &location)?;
                let map = self.nested(&location, Self::map)?;
                (if matches!(kind, MapKind::Set) { list_of_keys(map) } else { map }, anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, &location),
            _ => return Err(LocatedError::new(&location, "a value is missing here")),
        };
        let node = Node { value, location };
        self.charge(size_of::<Node>() + node.value.own_memory(), &node.location)?;
        if anchor != 0 {
            self.charge(node.memory(), &node.location)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn nested(
        &mut self,
        begin: &Location,
        read: impl FnOnce(&mut Self, &Location) -> Result<Value, LocatedError>,
    ) -> Result<Value, LocatedError> {
        self.depth += 1;
        self.check_depth(self.depth, begin)?;
        let value = read(self, begin)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self, begin: &Location) -> Result<Value, LocatedError> {
        let mut nodes = Vec::new();
        loop {
            match self.expect_next(begin)? {
                (Event::SequenceEnd, _) => return Ok(Value::List(nodes)),
                (event, location) => nodes.push(self.node(event, location)?),
            }
        }
    }

    fn map(&mut self, begin: &Location) -> Result<Value, LocatedError> {
        let mut entries = Entries::default();
        let mut merged = Vec::new();
        loop {
            let (event, location) = match self.expect_next(begin)? {
                (Event::MappingEnd, _) => break,
                next => next,
            };
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, _) if text == "<<");
            let key = self.node(event, location)?;
            let (event, location) = self.expect_next(begin)?;
            let value = self.node(event, location)?;
            if is_merge {
                merged.push(value);
                continue;
            }
            let Value::Scalar(Scalar { text: name, .. }) = key.value else {
                return Err(LocatedError::new(&key.location, "a key must be a single word or number, not a list or a map"));
            };
            let entry = Entry { key: Located { value: name, location: key.location }, value };
            match entries.place(&entry.key.value) {
                None => entries.push(entry),
                Some(place) => {
                    let again = entry.key.location.clone();
                    let earlier = std::mem::replace(&mut entries.all[place], entry);
                    self.note_duplicate(earlier.key, again);
                }
            }
        }
        for source in merged {
            entries.merge(source)?;
        }
        Ok(Value::Map(entries.all))
    }

    fn note_duplicate(&mut self, first: Located<String>, again: Location) {
        if self.duplicates.len() < MOST_DUPLICATES {
            self.duplicates.push(Duplicate { key: first.value, first: first.location, again });
        }
    }

    fn alias(&mut self, anchor: usize, location: &Location) -> Result<Node, LocatedError> {
        let node = self
            .anchors
            .get(&anchor)
            .ok_or_else(|| LocatedError::new(location, "this alias stands within the value that it means; write the value out"))?;
        let copy = node.clone();
        // Aliases of aliases can nest deeper than the file itself, and walking the nodes is recursive.
        self.check_depth(self.depth + depth(&copy), location)?;
        self.charge(copy.memory(), location)?;
        Ok(copy)
    }

    fn check_depth(&self, depth: usize, location: &Location) -> Result<(), LocatedError> {
        if depth > DEPTH_LIMIT {
            return Err(LocatedError::new(
                location,
                format!("nested more than {DEPTH_LIMIT} levels deep; is the indentation right?"),
            ));
        }
        Ok(())
    }

    fn charge(&mut self, bytes: usize, location: &Location) -> Result<(), LocatedError> {
        self.memory = self.memory.saturating_add(bytes);
        if self.memory > self.memory_limit {
            let limit = self.memory_limit / (1024 * 1024);
            return Err(LocatedError::new(
                location,
                format!("the file with its aliases filled in takes more than {limit} MiB; use fewer aliases"),
            ));
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<(Event<'text>, Location)>, LocatedError> {
        match self.parser.next() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, self.location(&span.start)))),
            Some(Err(error)) => {
                Err(LocatedError::new(&self.location(error.marker()), format!("this is no valid YAML: {}", error.kind())))
            }
        }
    }

    fn expect_next(&mut self, begin: &Location) -> Result<(Event<'text>, Location), LocatedError> {
        self.next()?.ok_or_else(|| LocatedError::new(begin, "the file ends within what begins here"))
    }

    fn location(&self, marker: &Marker) -> Location {
        Location { file: self.file.clone(), line: marker.line(), column: marker.col() + 1 }
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>, location: &Location) -> Result<Scalar, LocatedError> {
    let reading = match tag {
        Some(tag) => return tags::scalar(text, tag, location),
        None if style == ScalarStyle::Plain => read_plain(&text),
        None => Reading::Text,
    };
    Ok(Scalar { text: text.into_owned(), reading })
}

/// The entries of a set, which YAML writes as a map without values.
fn list_of_keys(map: Value) -> Value {
    let Value::Map(entries) = map else { return map };
    let key = |Entry { key, .. }: Entry| Node {
        value: Value::Scalar(Scalar { text: key.value, reading: Reading::Text }),
        location: key.location,
    };
    Value::List(entries.into_iter().map(key).collect())
}

/// The entries of a map that is being read.
#[derive(Default)]
struct Entries {
    all: Vec<Entry>,
    /// Where the key of each stands, once there are more than a few.
    places: HashMap<String, usize>,
}

impl Entries {
    /// The place of the entry with this key.
    fn place(&self, key: &str) -> Option<usize> {
        match self.all.len() {
            ..=FEW_KEYS => self.all.iter().position(|entry| entry.key.value == key),
            _ => self.places.get(key).copied(),
        }
    }

    /// Adds an entry with a key that there is not yet.
    fn push(&mut self, entry: Entry) {
        self.all.push(entry);
        if self.all.len() > FEW_KEYS {
            for (place, entry) in self.all.iter().enumerate().skip(self.places.len()) {
                self.places.insert(entry.key.value.clone(), place);
            }
        }
    }

    /// Adds the entries of a merge key. The map's own keys take precedence over merged ones, and an earlier source over a later one.
    fn merge(&mut self, source: Node) -> Result<(), LocatedError> {
        match source.value {
            Value::Map(merged) => {
                for entry in merged {
                    if self.place(&entry.key.value).is_none() {
                        self.push(entry);
                    }
                }
                Ok(())
            }
            Value::List(sources) if sources.iter().all(|source| matches!(source.value, Value::Map(_))) => {
                sources.into_iter().try_for_each(|source| self.merge(source))
            }
            _ => Err(source.expected("a map or a list of maps after the merge key `<<`")),
        }
    }
}

/// The nesting depth of a node, itself included.
fn depth(node: &Node) -> usize {
    let inner = match &node.value {
        Value::Scalar(_) => return 0,
        Value::List(nodes) => nodes.iter().map(depth).max(),
        Value::Map(entries) => entries.iter().map(|entry| depth(&entry.value)).max(),
    };
    1 + inner.unwrap_or(0)
}
