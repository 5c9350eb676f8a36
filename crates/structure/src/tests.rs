use crate::workspace::Workspace;
use crate::{circles, crates, graph, names};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// The graph of a crate whose files are these; the first is `src/lib.rs`.
fn graph_of(sources: &[(&str, &str)]) -> Result<graph::Graph, String> {
    let read = |path: &Path| {
        let found = sources.iter().find(|(name, _)| Path::new("src").join(name) == path);
        found.map(|(_, source)| (*source).to_owned()).ok_or(Error::from(ErrorKind::NotFound))
    };
    graph::read(Path::new("src/lib.rs"), Path::new("src"), &read)
}

/// What the crate of these files has for arrows, as `from -> to: names`.
#[track_caller]
fn check(sources: &[(&str, &str)], arrows: &[&str]) {
    let graph = graph_of(sources).unwrap();
    let found: Vec<String> = graph
        .edges()
        .map(|edge| {
            let (from, rest) = edge.split_once(" -> ").unwrap();
            format!("{} -> {rest}", from.split(':').next().unwrap())
        })
        .collect();
    assert_eq!(found, arrows);
}

#[test]
fn an_import_leads_to_the_file_that_defines_the_item_whatever_re_exports_it() {
    let sources = [
        ("lib.rs", "mod a; mod b; pub use a::Deep as Renamed;"),
        ("a.rs", "mod deep; pub use self::deep::{Deep, other as more};"),
        ("a/deep.rs", "pub struct Deep; pub fn other() {}"),
        ("b.rs", "use crate::a::{self, Deep}; use super::Renamed; fn b(_: Deep, _: Renamed) { a::more(); }"),
    ];
    check(&sources, &["b.rs -> a/deep.rs: Deep, other"]);
}

#[test]
fn a_declaration_of_a_module_a_re_export_and_the_use_of_a_module_alone_are_no_arrows() {
    check(&[("lib.rs", "mod a; pub use a::A; use crate::a as other;"), ("a.rs", "pub struct A;")], &[]);
}

#[test]
fn paths_in_types_bodies_patterns_macros_and_attributes_count() {
    let b = r#"
        fn signature(_: Option<super::a::Type>) {}
        fn body() { let super::a::Pattern { .. } = crate::a::value() else { return }; }
        fn call(x: u8) { println!("{}", x.method(..crate::a::LIMIT)); }
        #[derive(Debug)] struct S { #[serde(with = "crate::a::seconds", default)] s: u8 }
        fn variant() { use crate::a::Kind; let _ = Kind::One; }
    "#;
    let a = "pub struct Type; pub struct Pattern {} pub fn value() {} pub const LIMIT: u8 = 1; pub mod seconds {} pub enum Kind { One }";
    let with_function = a.replace("pub mod seconds {}", "pub fn seconds() {}");
    let sources = [("lib.rs", "mod a; mod b;"), ("a.rs", with_function.as_str()), ("b.rs", b)];
    check(&sources, &["b.rs -> a.rs: Type, Pattern, value, LIMIT, seconds, Kind"]);
}

#[test]
fn a_re_exported_name_that_the_file_uses_itself_is_an_arrow() {
    check(&[("lib.rs", "mod a; pub use a::A; struct B(A);"), ("a.rs", "pub struct A;")], &["lib.rs -> a.rs: A"]);
}

#[test]
fn what_only_tests_see_does_not_count() {
    let b = r"
        #[cfg(test)] use crate::a::A;
        #[cfg(all(unix, test))] fn helper() { crate::a::f(); }
        #[cfg(test)] mod tests { use super::super::a::A; }
        #[cfg(test)] mod absent;
        #[test] fn it_works() { crate::a::f(); }
        struct B { #[cfg(test)] a: crate::a::A }
        impl B { #[cfg(test)] fn new(_: crate::a::A) {} }
        fn body() {
            #[cfg(test)]
            if crate::a::f() {}
            #[cfg(test)]
            let _ = crate::a::f();
        }
    ";
    check(&[("lib.rs", "mod a; mod b;"), ("a.rs", "pub struct A; pub fn f() {}"), ("b.rs", b)], &[]);
    let sources = [("lib.rs", "mod a; mod b;"), ("a.rs", "pub fn f() {}"), ("b.rs", "#[cfg(any(test, unix))] use crate::a::f;")];
    check(&sources, &["b.rs -> a.rs: f"]);
}

#[test]
fn globs_inline_modules_and_paths_of_files_are_followed() {
    let sources = [
        ("lib.rs", "mod a { pub mod b; pub struct Inline; } #[path = \"odd/place.rs\"] mod c;"),
        ("a/b.rs", "use super::*; fn f(_: Inline) {}"),
        ("odd/place.rs", "mod d; use crate::a::b::*; fn f() { self::d::g(); }"),
        ("odd/d.rs", "pub fn g() { super::super::a::b::h(); }"),
    ];
    check(&sources, &["a/b.rs -> lib.rs: Inline", "odd/place.rs -> odd/d.rs: g", "odd/d.rs -> a/b.rs: h"]);
}

#[test]
fn names_of_other_crates_and_imports_that_lead_back_to_themselves_end() {
    let a = "pub use self::A as A; pub use super::b::B; use serde::Serialize; use a::a; fn f() { Vec::new(); std::mem::take(x); }";
    check(&[("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b.rs", "pub use super::a::B; fn f(_: B) {}")], &[]);
}

#[test]
fn what_a_macro_makes_is_taken_to_be_where_it_is_looked_for() {
    let sources = [("lib.rs", "mod a; mod b;"), ("a.rs", "make!(Made);"), ("b.rs", "use crate::a::Made;")];
    check(&sources, &["b.rs -> a.rs: Made"]);
    let a =
        "macro_rules! own { () => { $crate::b::f() } } pub(crate) use own; #[macro_export] macro_rules! everywhere { () => {} }";
    let b = "pub fn f() { crate::a::own!(); crate::everywhere!(); }";
    let arrows = ["a.rs -> b.rs: f", "b.rs -> a.rs: own, everywhere"];
    check(&[("lib.rs", "mod a; mod b;"), ("a.rs", a), ("b.rs", b)], &arrows);
}

#[test]
fn a_missing_file_and_text_that_is_no_rust_are_errors_with_their_place() {
    let error = graph_of(&[("lib.rs", "\nmod absent;")]).unwrap_err();
    assert_eq!(error, "src/lib.rs:2: no file holds the module absent");
    let error = graph_of(&[("lib.rs", "mod a;"), ("a.rs", "fn f( {")]).unwrap_err();
    assert!(error.starts_with("src/a.rs:1:"), "{error}");
    assert!(graph_of(&[]).unwrap_err().starts_with("src/lib.rs: "));
}

#[test]
fn a_circle_is_shown_with_lines_and_names() {
    let sources = [
        ("lib.rs", "mod a;\nmod b;\nmod c;"),
        ("a.rs", "pub struct A;\nuse crate::b::B;"),
        ("b.rs", "pub struct B;\nfn f() {\n    crate::c::g();\n}"),
        ("c.rs", "use crate::a::A;\npub fn g() {}"),
    ];
    let graph = graph_of(&sources).unwrap();
    let circles: Vec<String> = circles::shortest(&graph.adjacency()).iter().map(|circle| graph.describe(circle)).collect();
    assert_eq!(circles, ["a.rs -> b.rs (line 2: B) -> c.rs (line 3: g) -> a.rs (line 1: A)"]);
}

#[test]
fn each_arrow_of_a_group_is_in_a_circle_and_the_shortest_come_first() {
    // 0 ⇄ 1, 1 → 2 → 3 → 1; 4 leads in, 5 leads out, 6 leads to itself by way of nothing.
    let arrows = vec![vec![1], vec![0, 2], vec![3, 5], vec![1], vec![0], vec![], vec![]];
    assert_eq!(circles::components(&arrows), [[0, 1, 2, 3]]);
    assert_eq!(circles::shortest(&arrows), [vec![0, 1], vec![1, 2, 3]]);
    assert!(circles::shortest(&vec![vec![1, 2], vec![2], vec![]]).is_empty());
}

/// A workspace of crates with these dependencies, `!` for one that only tests have.
fn workspace(packages: &[(&str, &[&str])]) -> Workspace {
    let packages: Vec<_> = packages
        .iter()
        .map(|(name, dependencies)| {
            let dependencies: Vec<_> = dependencies
                .iter()
                .map(|dependency| {
                    let name = dependency.trim_start_matches('!');
                    let path = (name != "axum").then_some("/w");
                    serde_json::json!({ "name": name, "path": path, "kind": dependency.starts_with('!').then_some("dev") })
                })
                .collect();
            let manifest = format!("/w/{name}/Cargo.toml");
            serde_json::json!({ "name": name, "manifest_path": manifest, "targets": [], "dependencies": dependencies })
        })
        .collect();
    let metadata = serde_json::json!({ "workspace_root": "/w", "packages": packages });
    Workspace::parse(metadata.to_string().as_bytes()).unwrap()
}

#[test]
fn crates_depend_only_on_those_that_the_table_allows() {
    let allowed =
        workspace(&[("server", &["app", "storage", "axum"]), ("app", &["model"]), ("model", &[]), ("history", &["!server"])]);
    assert_eq!(crates::violations(&allowed), [""; 0]);
    let forbidden = workspace(&[("model", &["app"]), ("checks", &["storage", "net"]), ("notify", &["axum"]), ("stranger", &[])]);
    assert_eq!(
        crates::violations(&forbidden),
        [
            "model must not depend on app. Allowed: none.",
            "checks must not depend on storage. Allowed: json, model, net, system, yaml.",
            "notify must not depend on axum: only server serves HTTP.",
            "stranger: no rule says on which crates it may depend. Add it to ALLOWED in crates/structure.",
        ]
    );
}

#[test]
fn metadata_without_what_is_needed_is_an_error() {
    assert!(Workspace::parse(b"nothing").is_err());
    assert_eq!(Workspace::parse(b"{}").unwrap_err(), "cargo metadata has no text \"workspace_root\" where it should");
}

#[test]
fn a_file_names_a_crate_where_a_path_begins_with_it() {
    let lines = |source| names::lines_naming("axum", source).unwrap();
    assert_eq!(
        lines("use axum::Router;\nfn f(_: axum::Json<u8>) {}\nvec![axum::x()];\nuse ::axum::y;\nuse axum;"),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(lines("// axum::Router\nlet axum = 1; other::axum::x(); self.axum; f(\"axum::x\");"), [0; 0]);
    assert!(names::lines_naming("axum", "fn f( {").is_err());
}
