//! Every link inside the repository leads to a file and, where it names one, to a heading.

use super::{Page, ROOT, pages, read};
use regex::Regex;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

/// A line without code, in which brackets mean nothing.
fn without_code(line: &str) -> Cow<'_, str> {
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new("``.*?``|`[^`]*`").unwrap());
    CODE.replace_all(line, "")
}

/// The targets of the links of a page, with their lines.
fn links(page: &Page) -> Vec<(usize, String)> {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let of_line = |(number, line): (usize, &str)| {
        let targets: Vec<_> = link.captures_iter(&without_code(line)).map(|found| (number, found[1].to_owned())).collect();
        targets
    };
    page.prose().into_iter().flat_map(of_line).collect()
}

/// The anchors of the headings of a page, as GitHub and mdBook make them.
fn anchors(page: &Page) -> BTreeSet<String> {
    let link = Regex::new(r"\[([^\]]*)\]\([^)]*\)").unwrap();
    let mut seen = BTreeMap::<String, usize>::new();
    let headings = page
        .prose()
        .into_iter()
        .filter_map(|(_, line)| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    let anchor = |heading: &str| {
        let text = link.replace_all(heading, "$1").to_lowercase();
        let kept = text.trim().chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        let slug: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        let count = seen.entry(slug.clone()).or_default();
        *count += 1;
        if *count == 1 { slug } else { format!("{slug}-{}", *count - 1) }
    };
    headings.map(anchor).collect()
}

/// The path of a target, seen from a page: `docs/a.md` and `../README.md` is `README.md`.
fn resolved(page: &Path, target: &str) -> PathBuf {
    let mut path = page.parent().unwrap().to_owned();
    for component in Path::new(target).components() {
        match component {
            Component::ParentDir => assert!(path.pop(), "{}: {target} leaves the repository", page.display()),
            other => path.push(other),
        }
    }
    path
}

#[test]
fn every_link_inside_the_repository_leads_to_a_file_and_a_heading() {
    let pages = pages();
    let anchors: BTreeMap<_, _> = pages.iter().map(|page| (page.path.clone(), anchors(page))).collect();
    let (mut dead, mut count) = (Vec::new(), 0);
    for page in &pages {
        for (line, target) in links(page) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            count += 1;
            let (file, anchor) = target.split_once('#').map_or((target.as_str(), None), |(file, anchor)| (file, Some(anchor)));
            let path = if file.is_empty() { page.path.clone() } else { resolved(&page.path, file) };
            let is_there = Path::new(ROOT).join(&path).exists();
            let has_anchor = anchor.is_none_or(|anchor| anchors.get(&path).is_some_and(|anchors| anchors.contains(anchor)));
            if !is_there || !has_anchor {
                dead.push(format!("{}:{line}: {target}", page.path.display()));
            }
        }
    }
    assert!(count > 200, "{count}");
    assert!(dead.is_empty(), "these links lead nowhere:\n{}", dead.join("\n"));
}

#[test]
fn the_book_has_every_page_once() {
    let summary = Page { path: PathBuf::from("docs/SUMMARY.md"), text: read("docs/SUMMARY.md") };
    let mut chapters: Vec<_> = links(&summary).into_iter().map(|(_, target)| resolved(&summary.path, &target)).collect();
    chapters.sort();
    let is_chapter = |path: &PathBuf| !path.ends_with("SUMMARY.md") && !path.starts_with("packaging");
    let pages: Vec<_> = pages().into_iter().map(|page| page.path).filter(is_chapter).collect();
    assert_eq!(chapters, pages, "docs/SUMMARY.md and the pages");
}

#[test]
fn the_page_of_the_program_links_to_pages_that_there_are() {
    let about = read("app/src/pages/settings/about.rs");
    let names: Vec<_> =
        Regex::new(r#""/docs/([\w/-]+\.md)""#).unwrap().captures_iter(&about).map(|found| found[1].to_owned()).collect();
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        assert!(Path::new(ROOT).join("docs").join(&name).is_file(), "{name}");
    }
}

#[test]
fn headings_become_anchors_and_code_has_no_links() {
    let text = "# `a.yaml`: A & b\n```\n# no\n[x](y)\n```\n## A\n## A\n### [Ünder_score](z)\nsee `[q](r)` and [`s`](t#u)\n";
    let page = Page { path: PathBuf::from("docs/x.md"), text: text.to_owned() };
    let expected = BTreeSet::from(["a", "a-1", "ayaml-a--b", "ünder_score"].map(str::to_owned));
    assert_eq!(anchors(&page), expected);
    assert_eq!(links(&page), [(8, "z".to_owned()), (9, "t#u".to_owned())]);
}
