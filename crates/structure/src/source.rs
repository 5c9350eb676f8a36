//! Reads a crate: its files, modules and names, and every path that its code holds. What only tests see is left out.

mod attributes;
mod collect;

use crate::krate::{Binding, Crate, Module};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use syn::visit::Visit;

/// Macros that declare the module `a` for each `a::B` that they are given.
const DECLARING: [&str; 2] = ["channels", "plugins"];

/// How a file is read, so that tests need none.
pub type Read<'a> = &'a dyn Fn(&Path) -> std::io::Result<String>;

/// Reads the crate whose first file this is. Fails when a file cannot be read or is no Rust.
pub fn crate_of(root: &Path, read: Read) -> Result<Crate, String> {
    let mut reader = Reader { krate: Crate::default(), read };
    let source = read(root).map_err(|error| format!("{}: {error}", root.display()))?;
    let folder = root.parent().unwrap_or(Path::new("")).to_owned();
    reader.file(root.to_owned(), &source, None, &folder)?;
    Ok(reader.krate)
}

struct Reader<'a> {
    krate: Crate,
    read: Read<'a>,
}

impl Reader<'_> {
    /// Reads a file as a module, and the files of its own modules, which are in `folder`.
    fn file(&mut self, path: PathBuf, source: &str, parent: Option<usize>, folder: &Path) -> Result<usize, String> {
        let parsed = syn::parse_file(source).map_err(|error| {
            let at = error.span().start();
            format!("{}:{}:{}: {error}", path.display(), at.line, at.column + 1)
        })?;
        let file = self.krate.files.len();
        self.krate.files.push(path);
        let module = self.module(parent, file);
        if !attributes::only_for_tests(&parsed.attrs) {
            self.items(module, &parsed.items, folder, false)?;
        }
        Ok(module)
    }

    fn module(&mut self, parent: Option<usize>, file: usize) -> usize {
        self.krate.modules.push(Module { parent, file, ..Module::default() });
        self.krate.modules.len() - 1
    }

    fn items(&mut self, module: usize, items: &[syn::Item], folder: &Path, inline: bool) -> Result<(), String> {
        for item in items {
            if attributes::only_for_tests(attributes::of_item(item)) {
                continue;
            }
            if let syn::Item::Mod(child) = item {
                self.child(module, child, folder, inline)?;
                continue;
            }
            if let syn::Item::Macro(call) = item
                && call.mac.path.get_ident().is_some_and(|name| DECLARING.iter().any(|declaring| name == declaring))
            {
                for path in collect::paths_in(call.mac.tokens.clone()).into_iter().filter(|path| path.names.len() > 1) {
                    self.child_in_file(module, &path.names[0], path.line, folder, None)?;
                }
            }
            if let Some(name) = collect::declared(item) {
                let file = self.krate.modules[module].file;
                self.krate.modules[module].declare(name.clone(), Binding::Item(file));
                if attributes::exports_macro(attributes::of_item(item)) {
                    self.krate.modules[0].declare(name, Binding::Item(file));
                }
            }
            collect::Collector { krate: &mut self.krate, module, inside: false }.visit_item(item);
        }
        Ok(())
    }

    fn child(&mut self, parent: usize, child: &syn::ItemMod, folder: &Path, inline: bool) -> Result<(), String> {
        let name = collect::plain(&child.ident);
        let Some((_, items)) = &child.content else {
            let file = &self.krate.files[self.krate.modules[parent].file];
            let beside = if inline { folder } else { file.parent().unwrap_or(folder) };
            let path = attributes::path(&child.attrs).map(|path| beside.join(path));
            return self.child_in_file(parent, &name, child.ident.span().start().line, folder, path);
        };
        let file = self.krate.modules[parent].file;
        let module = self.module(Some(parent), file);
        self.krate.modules[parent].declare(name.clone(), Binding::Module(module));
        self.items(module, items, &folder.join(name), true)
    }

    fn child_in_file(
        &mut self,
        parent: usize,
        name: &str,
        line: usize,
        folder: &Path,
        given: Option<PathBuf>,
    ) -> Result<(), String> {
        let own = folder.join(name);
        let candidates = match given {
            // A file of any other name has its modules beside it.
            Some(path) => vec![(path.clone(), path.parent().unwrap_or(folder).to_owned())],
            None => vec![(folder.join(format!("{name}.rs")), own.clone()), (own.join("mod.rs"), own)],
        };
        let declared_in = self.krate.files[self.krate.modules[parent].file].display().to_string();
        for (path, folder) in candidates {
            match (self.read)(&path) {
                Ok(source) => {
                    let module = self.file(path, &source, Some(parent), &folder)?;
                    self.krate.modules[parent].declare(name.to_owned(), Binding::Module(module));
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(format!("{}: {error}", path.display())),
            }
        }
        Err(format!("{declared_in}:{line}: no file holds the module {name}"))
    }
}
