//! Paths and values of the conditions on JSON bodies (`json` of a `rest_http` service).

use super::value::Value;

/// The values of JSON whose text this is.
pub(super) fn readings(text: &str) -> Vec<Value> {
    let own = match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => Some(Value::number(number)),
        _ if matches!(text, "true" | "false") => Some(Value::Plain(text.to_owned())),
        _ => None,
    };
    own.into_iter().chain([Value::text(text)]).collect()
}

/// The JSONPath of RFC 9535 for a path such as `.data[0].id`. `None` for a path that is none.
pub(super) fn path(path: &str) -> Option<String> {
    let mut written = String::from("$");
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(index) = rest.strip_prefix('[') {
            let (index, after) = index.split_once(']')?;
            let index: u32 = index.parse().ok()?;
            written += &format!("[{index}]");
            rest = after;
            continue;
        }
        let name = rest.strip_prefix('.')?;
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (name, after) = name.split_at(end);
        let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match is_plain {
            true => written += &format!(".{name}"),
            false if name.is_empty() => return None,
            false => written += &format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
        }
        rest = after;
    }
    Some(written)
}
