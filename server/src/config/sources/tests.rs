use super::*;
use serde::Deserialize;
use std::fs;
use tempfile::TempDir;
use yaml::parse;

fn environment(name: &str) -> Option<String> {
    match name {
        "HOST" => Some("db.example.com".to_owned()),
        "PORT" => Some("5433".to_owned()),
        "VERIFY" => Some("false".to_owned()),
        "EMPTY" => Some(String::new()),
        "YAML" => Some("{a: 1}\n# x".to_owned()),
        _ => None,
    }
}

/// What a value is filled with, or why it is not.
fn filled(value: &str) -> Result<String, String> {
    let folder = TempDir::new().unwrap();
    let sources = Sources { environment: &environment, folder: folder.path() };
    let (node, problems) = sources.fill(parse("f.yaml", &format!("key: {value}")).unwrap());
    match problems.first() {
        None => Ok(node.get("key").unwrap().text().unwrap_or("(nothing)").to_owned()),
        Some(problem) => Err(problem.to_string()),
    }
}

#[test]
fn variables_are_filled_in_anywhere_in_a_value() {
    for (value, expected) in [
        ("${HOST}", "db.example.com"),
        ("https://${HOST}:${PORT}/x", "https://db.example.com:5433/x"),
        ("'${NONE:-fallback}'", "fallback"),
        ("'${EMPTY:-fallback}'", "fallback"),
        ("'${HOST:-fallback}'", "db.example.com"),
        ("'${NONE:-}'", ""),
        ("'${EMPTY}'", ""),
        ("'${NONE:-a:-b}'", "a:-b"),
        ("'$${HOST}'", "${HOST}"),
        ("'cost: 5$ $HOST $$'", "cost: 5$ $HOST $$"),
        // What a variable holds is text and never YAML, nor is it filled in again.
        ("'${YAML}'", "{a: 1}\n# x"),
    ] {
        assert_eq!(filled(value).as_deref(), Ok(expected), "{value}");
    }
}

#[test]
fn what_cannot_be_filled_in_says_where_and_what_to_do() {
    insta::assert_snapshot!(filled("${NONE}").unwrap_err(), @r"
    f.yaml:1:6: `key`: the environment variable NONE is not set; set it, write `${NONE:-default}`, or `$${` for the text `${`
    ");
    insta::assert_snapshot!(filled("'a ${HOST'").unwrap_err(), @"f.yaml:1:6: `key`: `${` begins a variable that no `}` ends; write `$${` for the text `${`");
    insta::assert_snapshot!(filled("'^${2}'").unwrap_err(), @r"
    f.yaml:1:6: `key`: `${…}` must hold the name of a variable: letters, digits and `_`; write `$${` for the text `${`
    ");
    insta::assert_snapshot!(filled("file:/nowhere/at/all").unwrap_err(), @"f.yaml:1:6: `key`: the file /nowhere/at/all cannot be read: No such file or directory (os error 2)");
    insta::assert_snapshot!(filled("file:/dev/zero").unwrap_err(), @"f.yaml:1:6: `key`: /dev/zero is no ordinary file; give the path of one");
}

#[test]
fn what_is_filled_in_is_read_as_the_type_that_is_wanted() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct Properties {
        port: u16,
        verify: bool,
        password: String,
    }
    let folder = TempDir::new().unwrap();
    let sources = Sources { environment: &environment, folder: folder.path() };
    let text = "port: ${PORT}\nverify: ${VERIFY}\npassword: ${PORT}\n";
    let (node, problems) = sources.fill(parse("f.yaml", text).unwrap());
    assert_eq!(problems, []);
    let expected = Properties { port: 5433, verify: false, password: "5433".to_owned() };
    assert_eq!(node.read::<Properties>().unwrap(), expected);
}

#[test]
fn a_file_gives_its_text_without_the_last_line_break() {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in [("pw", "s3cret\n"), ("crlf", "s3cret\r\n"), ("plain", " s3cret "), ("pem", "a\nb\n\n")] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    fs::write(folder.path().join("binary"), [0xff, 0xfe]).unwrap();
    let sources = Sources { environment: &environment, folder: folder.path() };
    let text = format!(
        "password_file: pw\nother_file: crlf\nabsolute_file: {}\npem_file: pem\nkept_file: x\n_file: x\n",
        folder.path().join("plain").display()
    );
    let (node, problems) = sources.fill_files(parse("f.yaml", &text).unwrap(), &["kept_file"]);
    assert_eq!(problems, []);
    let read = |key: &str| node.get(key).and_then(Node::text).unwrap_or("(nothing)").to_owned();
    assert_eq!(read("password"), "s3cret");
    assert_eq!(read("other"), "s3cret");
    assert_eq!(read("absolute"), " s3cret ");
    assert_eq!(read("pem"), "a\nb\n");
    assert_eq!((read("kept_file").as_str(), read("_file").as_str()), ("x", "x"));

    let (_, problems) = sources.fill_files(parse("f.yaml", "a: 1\na_file: pw\nb_file: binary\n").unwrap(), &[]);
    let told = problems.iter().map(|problem| problem.to_string()).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(told.replace(&folder.path().display().to_string(), "FOLDER"), @r"
    f.yaml:2:1: `a_file`: `a` is given as well; keep one of the two
    f.yaml:3:9: `b_file`: the file FOLDER/binary holds no UTF-8 text
    ");
}
