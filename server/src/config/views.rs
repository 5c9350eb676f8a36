//! `views`: filters of the board under a name.

use super::declared::VIEW;
use super::names;
use model::View;
use yaml::fields::Fields;
use yaml::{LocatedError, Node, Value};

/// Characters of a name, as of those that a browser keeps.
const LONGEST: usize = 40;

/// More would be a board of their own.
const MOST: usize = 50;

/// One view or a list of them.
pub(super) fn read_views(node: &Node) -> Result<Vec<View>, Vec<LocatedError>> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    if nodes.len() > MOST {
        let text = format!("{} views are too many; use at most {MOST}", nodes.len());
        return Err(vec![LocatedError::new(&node.location, text)]);
    }
    let (mut views, mut errors): (Vec<View>, Vec<LocatedError>) = (Vec::new(), Vec::new());
    for node in nodes {
        match read_view(node) {
            Ok(view) if views.iter().any(|other| other.name == view.name) => {
                errors.push(LocatedError::new(&node.location, format!("there is another view with the name `{}`", view.name)));
            }
            Ok(view) => views.push(view),
            Err(wrong) => errors.extend(wrong),
        }
    }
    if errors.is_empty() { Ok(views) } else { Err(errors) }
}

fn read_view(node: &Node) -> Result<View, Vec<LocatedError>> {
    let mut fields = Fields::declared(node, VIEW);
    let view = View {
        name: fields.required("name", read_name).unwrap_or_default(),
        search: fields.optional("search"),
        state: fields.read("state", |node| read_word("state", node)),
        tag: fields.optional("tag"),
        sort: fields.read("sort", |node| read_word("sort", node)),
        density: fields.read("density", |node| read_word("density", node)),
    };
    let errors = fields.finish();
    if !errors.is_empty() {
        return Err(errors);
    }
    if (View { name: String::new(), ..view.clone() }) == View::default() {
        let text = "this view shows the whole board; give `search`, `state`, `tag`, `sort` or `density`";
        return Err(vec![LocatedError::new(&node.location, text)]);
    }
    Ok(view)
}

fn read_name(node: &Node) -> Result<String, LocatedError> {
    let name = node.text().ok_or_else(|| node.expected("a name"))?;
    if name.trim() != name || name.is_empty() || name.chars().count() > LONGEST {
        let text = format!("a name has 1 to {LONGEST} characters, and neither begins nor ends with a space");
        return Err(LocatedError::new(&node.location, text));
    }
    names::check(name, &node.location)?;
    Ok(name.to_owned())
}

/// One of the words that the declaration of this key has.
fn read_word(key: &str, node: &Node) -> Result<String, LocatedError> {
    let word: String = node.read()?;
    let words: Vec<&str> = super::declared::words_of(VIEW, key);
    if words.contains(&word.as_str()) {
        return Ok(word);
    }
    Err(LocatedError::unknown_word("unknown word", &word, &words, "words").at(&node.location))
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    fn read(text: &str) -> Result<Vec<View>, String> {
        let document = parse("config.yaml", &format!("views:\n{text}")).unwrap();
        let joined = |errors: Vec<LocatedError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        read_views(document.get("views").unwrap()).map_err(joined)
    }

    #[test]
    fn a_view_has_a_name_and_filters() {
        let views = read("  [{name: Databases, tag: db, sort: response}, {name: Broken, state: down, search: eu}]").unwrap();
        let databases =
            View { name: "Databases".to_owned(), tag: Some("db".to_owned()), sort: Some("response".to_owned()), ..View::default() };
        assert_eq!((views.len(), &views[0], views[1].state.as_deref()), (2, &databases, Some("down")));
        assert_eq!(read("  {name: One, density: comfortable}").unwrap().len(), 1);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        let wrong =
            ["{name: A, state: dwon}", "{tag: x}", "{name: B}", "{name: C, tag: x}", "{name: C, tag: y}", "{name: D, tags: x}"];
        let said = read(&wrong.map(|view| format!("- {view}\n")).concat()).unwrap_err();
        for expected in [
            "config.yaml:2:20: `state`: unknown word; did you mean `down`?",
            "config.yaml:3:3: the key `name` is missing",
            "config.yaml:4:3: this view shows the whole board",
            "config.yaml:6:3: there is another view with the name `C`",
            "config.yaml:7:13: unknown key `tags`; did you mean `tag`?",
        ] {
            assert!(said.contains(expected), "{said}");
        }
        assert_eq!(said.lines().count(), 5, "{said}");
    }
}
