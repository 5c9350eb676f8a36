use super::fields::Fields;
use crate::model::ExtensionRequest;
use crate::texts::silence_form as texts;
use chrono::{DateTime, FixedOffset};

/// Reads a form that ends a silence later: by minutes, or until a time, which `local_time` parses in the time zone of the user. Fails with
/// a sentence for the user.
pub fn extension_request(
    fields: &Fields,
    local_time: impl Fn(&str) -> Option<DateTime<FixedOffset>>,
) -> Result<ExtensionRequest, String> {
    match (fields.text("minutes"), fields.text("until")) {
        ("", "") => Err(texts::select_end().to_owned()),
        ("", until) => match local_time(until) {
            Some(until) => Ok(ExtensionRequest { minutes: None, until: Some(until) }),
            None => Err(texts::no_date_with_time(until)),
        },
        (minutes, _) => match minutes.parse() {
            Ok(minutes) => Ok(ExtensionRequest { minutes: Some(minutes), until: None }),
            Err(_) => Err(texts::no_minutes(minutes)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    #[test]
    fn the_fields_become_a_request() {
        let read = |name: &str, value: &str| {
            let fields = Fields::new(vec![(name.to_owned(), value.to_owned())]);
            extension_request(&fields, |text| (text == "16:30").then(|| at(30)))
        };
        assert_eq!(read("minutes", "60"), Ok(ExtensionRequest { minutes: Some(60), until: None }));
        assert_eq!(read("until", "16:30"), Ok(ExtensionRequest { minutes: None, until: Some(at(30)) }));
        assert_eq!(read("until", ""), Err("Select the new end.".to_owned()));
        assert_eq!(read("until", "soon"), Err("`soon` is not a date with a time.".to_owned()));
        assert_eq!(read("minutes", "-1"), Err("`-1` is not a number of minutes.".to_owned()));
    }
}
