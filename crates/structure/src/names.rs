use crate::workspace::Workspace;
use proc_macro2::{TokenStream, TokenTree};
use std::path::{Path, PathBuf};

/// The module whose files may name the web framework and the page.
const HTTP: &str = "server/src/http";

/// A crate that only the files below [`HTTP`] name. Tests beside the code count as well, comments do not.
pub struct Rule {
    krate: &'static str,
    /// Whether the rule is for the files of `server` alone: the page itself may name itself.
    server_only: bool,
}

const RULES: [Rule; 3] = [
    Rule { krate: "axum", server_only: false },
    Rule { krate: "leptos_axum", server_only: false },
    Rule { krate: "app", server_only: true },
];

/// The rules about these crates; all when none is named.
pub fn rules(names: &[String]) -> Result<Vec<&'static Rule>, String> {
    if let Some(unknown) = names.iter().find(|name| RULES.iter().all(|rule| rule.krate != name.as_str())) {
        return Err(format!("no rule is about \"{unknown}\""));
    }
    Ok(RULES.iter().filter(|rule| names.is_empty() || names.iter().any(|name| name == rule.krate)).collect())
}

impl Rule {
    /// The places that break the rule, one line for each file.
    pub fn violations(&self, workspace: &Workspace) -> Result<Vec<String>, String> {
        let http = workspace.root.join(HTTP);
        let mut violations = Vec::new();
        for package in workspace.packages.iter().filter(|package| !self.server_only || package.name == "server") {
            for file in rust_files(&package.folder.join("src"))? {
                if file.starts_with(&http) || file == http.with_extension("rs") {
                    continue;
                }
                let source = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
                let lines = lines_naming(self.krate, &source).map_err(|error| format!("{}: {error}", file.display()))?;
                if let Some(first) = lines.first() {
                    let file = file.strip_prefix(&workspace.root).unwrap_or(&file).display();
                    violations.push(format!("{file}:{first} names {}, which only files in {HTTP} may.", self.krate));
                }
            }
        }
        Ok(violations)
    }

    /// The sentence for when there is no violation.
    pub fn kept(&self) -> String {
        format!("Only files in {HTTP} name {}.", self.krate)
    }
}

/// The lines on which a path begins with this crate: `krate::…`, `use krate`, `use krate as …`.
pub fn lines_naming(krate: &str, source: &str) -> Result<Vec<usize>, String> {
    let tokens: TokenStream = source.parse().map_err(|error| format!("{error}"))?;
    let mut lines = Vec::new();
    find(krate, tokens, &mut lines);
    Ok(lines)
}

fn find(krate: &str, tokens: TokenStream, lines: &mut Vec<usize>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |at: Option<usize>, wanted: char| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted))
    };
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => find(krate, group.stream(), lines),
            TokenTree::Ident(ident) if ident == krate => {
                let before = at.checked_sub(1);
                let word =
                    |at: Option<usize>| at.and_then(|at| tokens.get(at)).filter(|token| matches!(token, TokenTree::Ident(_)));
                let used = word(before).is_some_and(|word| word.to_string() == "use");
                // `other::krate::…` is a module of another crate; `::krate` at the beginning of a path is the crate.
                let inner = punct(before, ':')
                    && word(at.checked_sub(3))
                        .is_some_and(|word| !matches!(word.to_string().as_str(), "as" | "in" | "return" | "use"));
                let begins = punct(Some(at + 1), ':') && punct(Some(at + 2), ':') && !inner && !punct(before, '.');
                if used || begins {
                    lines.push(ident.span().start().line);
                }
            }
            _ => {}
        }
    }
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
