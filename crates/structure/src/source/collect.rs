use super::attributes::{of_item, of_statement, only_for_tests};
use crate::krate::{Binding, Crate, Reference};
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, UseTree, Visibility};

/// Takes down the imports and paths of the items that it visits.
pub struct Collector<'a> {
    pub krate: &'a mut Crate,
    pub module: usize,
    /// Whether it is inside an item, where imports are for the body alone.
    pub inside: bool,
}

impl Collector<'_> {
    fn refer(&mut self, path: Vec<String>, line: usize) {
        self.krate.references.push(Reference { module: self.module, path, line });
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for path in paths_in(tokens) {
            self.refer(path.names, path.line);
        }
    }

    fn import(&mut self, tree: &UseTree, before: &[String], reexport: bool) {
        let with = |name: &Ident| before.iter().cloned().chain([plain(name)]).collect::<Vec<_>>();
        let (name, path, line) = match tree {
            UseTree::Path(path) => return self.import(&path.tree, &with(&path.ident), reexport),
            UseTree::Group(group) => return group.items.iter().for_each(|tree| self.import(tree, before, reexport)),
            UseTree::Glob(glob) => {
                self.refer(before.to_vec(), glob.star_token.spans[0].start().line);
                return self.krate.modules[self.module].globs.push(before.to_vec());
            }
            UseTree::Name(name) if name.ident == "self" => {
                (before.last().cloned().unwrap_or_default(), before.to_vec(), name.ident.span().start().line)
            }
            UseTree::Name(name) => (plain(&name.ident), with(&name.ident), name.ident.span().start().line),
            UseTree::Rename(rename) if rename.ident == "self" => {
                (plain(&rename.rename), before.to_vec(), rename.ident.span().start().line)
            }
            UseTree::Rename(rename) => (plain(&rename.rename), with(&rename.ident), rename.ident.span().start().line),
        };
        // A re-export says where a name is found. It is no use of it: the arrow begins at the file that uses the name.
        if !reexport {
            self.refer(path.clone(), line);
        }
        let module = &mut self.krate.modules[self.module];
        let names = if self.inside { &mut module.local } else { &mut module.names };
        names.entry(name).or_default().push(Binding::Import(path));
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !only_for_tests(of_item(item)) {
            let outside = self.inside;
            if !matches!(item, Item::Use(_)) {
                self.inside = true;
            }
            visit::visit_item(self, item);
            self.inside = outside;
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.import(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs,
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !only_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !only_for_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if !only_for_tests(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !only_for_tests(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        if !only_for_tests(of_statement(statement)) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|segment| plain(&segment.ident)).collect();
            self.refer(names, path.segments.first().map_or(0, |first| first.ident.span().start().line));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let syn::Meta::List(list) = &attribute.meta else { return };
        self.tokens(list.tokens.clone());
        // Derives take paths as texts, too: `with = "crate::seconds"`.
        for token in list.tokens.clone() {
            if let TokenTree::Literal(literal) = token
                && let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string())
                && let Ok(path) = text.parse::<syn::Path>()
                && path.segments.len() > 1
            {
                let names = path.segments.iter().map(|segment| plain(&segment.ident)).collect();
                self.refer(names, literal.span().start().line);
            }
        }
    }
}

/// A path that was found among tokens.
pub struct Path {
    pub names: Vec<String>,
    pub line: usize,
}

/// Everything that looks like a path in the arguments of a macro. What is none is not found later, when it is looked up.
pub fn paths_in(tokens: TokenStream) -> Vec<Path> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: Option<usize>, wanted: char| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted))
    };
    let mut paths = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Group(group) => paths.extend(paths_in(group.stream())),
            TokenTree::Ident(first) => {
                let mut names = vec![plain(first)];
                let begin = at;
                while is(Some(at + 1), ':')
                    && is(Some(at + 2), ':')
                    && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
                {
                    names.push(plain(next));
                    at += 3;
                }
                // `.name` is a field or a method, `..name` the end of a range; `::name` is a crate or belongs to a type in brackets.
                let member = is(begin.checked_sub(1), '.') && !is(begin.checked_sub(2), '.');
                let global = is(begin.checked_sub(1), ':') && is(begin.checked_sub(2), ':');
                if !member && !global {
                    paths.push(Path { names, line: first.span().start().line });
                }
            }
            _ => {}
        }
        at += 1;
    }
    paths
}

/// The name that an item puts into its module.
pub fn declared(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(plain(ident))
}

/// Without the `r#` of a name that is a keyword as well.
pub fn plain(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}
