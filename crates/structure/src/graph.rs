use crate::circles::Adjacency;
use crate::resolve::{Target, resolve};
use crate::source::{self, Read};
use std::collections::BTreeMap;
use std::path::Path;

/// How many names an arrow shows; the rest is counted.
const NAMES: usize = 4;

/// Which file of a crate uses which other.
#[derive(Debug)]
pub struct Graph {
    files: Vec<String>,
    arrows: BTreeMap<(usize, usize), Arrow>,
}

/// Why one file needs another.
#[derive(Debug)]
struct Arrow {
    /// Where the first name is used.
    line: usize,
    names: Vec<String>,
}

/// Reads the crate whose first file this is.
pub fn of_crate(root: &Path, workspace: &Path) -> Result<Graph, String> {
    read(root, workspace, &|path| std::fs::read_to_string(path))
}

pub fn read(root: &Path, workspace: &Path, read: Read) -> Result<Graph, String> {
    let krate = source::crate_of(root, read)?;
    let files = krate.files.iter().map(|file| file.strip_prefix(workspace).unwrap_or(file).display().to_string()).collect();
    let mut graph = Graph { files, arrows: BTreeMap::new() };
    for reference in &krate.references {
        let from = krate.modules[reference.module].file;
        for target in resolve(&krate, reference.module, &reference.path) {
            // A module is only the way to its items.
            if let Target::Item(to, name) = target {
                graph.add(from, to, reference.line, name);
            }
        }
    }
    Ok(graph)
}

impl Graph {
    fn add(&mut self, from: usize, to: usize, line: usize, name: String) {
        if from == to {
            return;
        }
        let arrow = self.arrows.entry((from, to)).or_insert_with(|| Arrow { line, names: Vec::new() });
        arrow.line = arrow.line.min(line);
        if !arrow.names.contains(&name) {
            arrow.names.push(name);
        }
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn name(&self, file: usize) -> &str {
        &self.files[file]
    }

    pub fn adjacency(&self) -> Adjacency {
        let mut adjacency = vec![Vec::new(); self.files.len()];
        for (from, to) in self.arrows.keys() {
            adjacency[*from].push(*to);
        }
        adjacency
    }

    /// One line for each arrow: `a.rs:LINE -> b.rs: names`.
    pub fn edges(&self) -> impl Iterator<Item = String> + '_ {
        self.arrows.iter().map(|((from, to), arrow)| {
            format!("{}:{} -> {}: {}", self.files[*from], arrow.line, self.files[*to], arrow.names.join(", "))
        })
    }

    /// A circle: `a.rs -> b.rs (line 3: Name) -> a.rs (line 7: Other)`. The line is that of the file before the arrow.
    pub fn describe(&self, circle: &[usize]) -> String {
        let mut text = circle.first().map(|first| self.files[*first].clone()).unwrap_or_default();
        for (at, from) in circle.iter().enumerate() {
            let to = circle[(at + 1) % circle.len()];
            let Some(arrow) = self.arrows.get(&(*from, to)) else { continue };
            let mut names = arrow.names.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
            if arrow.names.len() > NAMES {
                names.push_str(&format!(" and {} more", arrow.names.len() - NAMES));
            }
            text.push_str(&format!(" -> {} (line {}: {names})", self.files[to], arrow.line));
        }
        text
    }
}
