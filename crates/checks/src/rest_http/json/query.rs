use json::{Number, Value};
use serde_json_path::JsonPath;
use std::collections::HashMap;
use std::ptr;

/// A value for JSONPath queries. The library supports only values of `serde_json`, so it searches a copy, in which large numbers
/// are rounded; the results are then looked up in the value itself.
pub(super) struct Queryable<'a> {
    value: &'a Value,
    copy: serde_json::Value,
}

impl<'a> Queryable<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        Self { value, copy: value.to_serde(Number::to_serde) }
    }

    /// Number of values in it, including itself.
    pub(super) fn size(&self) -> usize {
        size(&self.copy)
    }

    /// All values that a path finds, in the order of the library.
    pub(super) fn find(&self, path: &JsonPath) -> Vec<&'a Value> {
        let found = path.query(&self.copy).all();
        let mut originals: HashMap<_, _> = found.iter().map(|copy| (ptr::from_ref(*copy), None)).collect();
        let mut missing = originals.len();
        look_up(self.value, &self.copy, &mut originals, &mut missing);
        found.into_iter().filter_map(|copy| originals.get(&ptr::from_ref(copy)).copied().flatten()).collect()
    }
}

fn size(value: &serde_json::Value) -> usize {
    1 + match value {
        serde_json::Value::Array(entries) => entries.iter().map(size).sum(),
        serde_json::Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// Walks through a value and its copy in parallel, until nothing is `missing`.
fn look_up<'a>(
    value: &'a Value,
    copy: &serde_json::Value,
    originals: &mut HashMap<*const serde_json::Value, Option<&'a Value>>,
    missing: &mut usize,
) {
    if *missing == 0 {
        return;
    }
    if let Some(original) = originals.get_mut(&ptr::from_ref(copy)) {
        *original = Some(value);
        *missing -= 1;
    }
    match (value, copy) {
        (Value::Array(entries), serde_json::Value::Array(copies)) => {
            entries.iter().zip(copies).for_each(|(value, copy)| look_up(value, copy, originals, missing));
        }
        (Value::Object(members), serde_json::Value::Object(copies)) => {
            let pairs = members.iter().filter_map(|(name, value)| Some((value, copies.get(name)?)));
            pairs.for_each(|(value, copy)| look_up(value, copy, originals, missing));
        }
        _ => {}
    }
}
