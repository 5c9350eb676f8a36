//! What is known of a crate's sources.

use std::collections::HashMap;
use std::path::PathBuf;

#[derive(Default)]
pub struct Crate {
    pub files: Vec<PathBuf>,
    /// The first is the root.
    pub modules: Vec<Module>,
    pub references: Vec<Reference>,
}

/// A module, whether it has a file of its own or stands in that of its parent.
#[derive(Default)]
pub struct Module {
    pub parent: Option<usize>,
    pub file: usize,
    pub names: HashMap<String, Vec<Binding>>,
    /// What functions import for themselves. Asked only when the module has no such name.
    pub local: HashMap<String, Vec<Binding>>,
    /// The paths before `::*`.
    pub globs: Vec<Vec<String>>,
}

/// What a name stands for.
#[derive(Clone)]
pub enum Binding {
    Module(usize),
    /// Anything that is no module, by the file that defines it.
    Item(usize),
    /// Something that is defined at this path.
    Import(Vec<String>),
}

/// A path in the code.
pub struct Reference {
    /// From which module it is looked up.
    pub module: usize,
    pub path: Vec<String>,
    pub line: usize,
}

impl Module {
    pub fn declare(&mut self, name: String, binding: Binding) {
        self.names.entry(name).or_default().push(binding);
    }
}
