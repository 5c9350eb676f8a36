//! Finds the file that defines what a path names.

use crate::krate::{Binding, Crate};

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Module(usize),
    /// An item, by the file that defines it and its name there.
    Item(usize, String),
}

/// Looks the path up as code in this module would. A name can stand for several things: a function may be called as a module is.
/// Empty for what begins outside of this crate: in another one, in the language, or in the body of a function.
pub fn resolve(krate: &Crate, module: usize, path: &[String]) -> Vec<Target> {
    let mut resolver = Resolver { krate, open: Vec::new() };
    let mut known = path.len();
    loop {
        let found = resolver.path(module, &path[..known]);
        if known == path.len() && !found.is_empty() {
            return found;
        }
        // The path is in this crate, but its end is not: a macro made it, most likely in the last module that is there.
        if let (Some(Target::Module(last)), Some(name)) = (found.first(), path.get(known)) {
            return vec![Target::Item(krate.modules[*last].file, name.clone())];
        }
        if known <= 1 {
            return Vec::new();
        }
        known -= 1;
    }
}

struct Resolver<'a> {
    krate: &'a Crate,
    /// The names that are being looked up, since imports may lead back to themselves.
    open: Vec<(usize, String)>,
}

impl Resolver<'_> {
    fn path(&mut self, module: usize, path: &[String]) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut targets = match first.as_str() {
            "crate" => vec![Target::Module(0)],
            "self" => vec![Target::Module(module)],
            "super" => self.krate.modules[module].parent.map(Target::Module).into_iter().collect(),
            name => self.first(module, name),
        };
        for name in rest {
            let modules: Vec<usize> = targets.iter().filter_map(as_module).collect();
            if modules.is_empty() {
                // A variant, a constant or a function of the item.
                return targets;
            }
            targets = modules
                .into_iter()
                .flat_map(|module| match name.as_str() {
                    "super" => self.krate.modules[module].parent.map(Target::Module).into_iter().collect(),
                    name => self.name(module, name),
                })
                .collect();
        }
        targets
    }

    /// A name at the beginning of a path: what the module has, else what a function in it imports.
    fn first(&mut self, module: usize, name: &str) -> Vec<Target> {
        let found = self.name(module, name);
        if !found.is_empty() {
            return found;
        }
        let local = self.krate.modules[module].local.get(name).cloned().unwrap_or_default();
        self.bindings(module, name, &local)
    }

    /// A name of a module, also one that it imports.
    fn name(&mut self, module: usize, name: &str) -> Vec<Target> {
        let of_module = &self.krate.modules[module];
        let found = self.bindings(module, name, of_module.names.get(name).map_or(&[], Vec::as_slice));
        if !found.is_empty() || of_module.globs.is_empty() {
            return found;
        }
        let globs: Vec<Binding> =
            of_module.globs.iter().map(|glob| Binding::Import(glob.iter().cloned().chain([name.to_owned()]).collect())).collect();
        self.bindings(module, name, &globs)
    }

    fn bindings(&mut self, module: usize, name: &str, bindings: &[Binding]) -> Vec<Target> {
        let key = (module, name.to_owned());
        if self.open.contains(&key) {
            return Vec::new();
        }
        self.open.push(key);
        let mut targets = Vec::new();
        for binding in bindings {
            match binding {
                Binding::Module(child) => targets.push(Target::Module(*child)),
                Binding::Item(file) => targets.push(Target::Item(*file, name.to_owned())),
                Binding::Import(path) => targets.extend(self.path(module, path)),
            }
        }
        self.open.pop();
        targets
    }
}

fn as_module(target: &Target) -> Option<usize> {
    match target {
        Target::Module(module) => Some(*module),
        Target::Item(..) => None,
    }
}
