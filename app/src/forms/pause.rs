use super::fields::Fields;
use crate::model::PauseRequest;
use crate::texts::forms as texts;

/// Reads the form that pauses a service. Without minutes the pause lasts until the service is resumed. Fails with a sentence for a
/// duration that is not a number of minutes.
pub fn pause_request(fields: &Fields) -> Result<PauseRequest, String> {
    let minutes = match fields.text("minutes") {
        "" => None,
        text => Some(text.parse().map_err(|_| texts::no_number_of_minutes().to_owned())?),
    };
    Ok(PauseRequest { comment: fields.text("comment").to_owned(), until: None, minutes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_become_a_request() {
        let read = |minutes: &str| {
            let fields = [("action", "pause"), ("minutes", minutes), ("comment", " an update ")];
            pause_request(&Fields::new(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()))
        };
        let request = PauseRequest { comment: "an update".to_owned(), until: None, minutes: Some(60) };
        assert_eq!(read("60").as_ref(), Ok(&request));
        assert_eq!(read(""), Ok(PauseRequest { minutes: None, ..request }));
        for wrong in ["soon", "-5", "1.5", "99999999999"] {
            assert_eq!(read(wrong), Err("The duration is not a number of minutes.".to_owned()), "{wrong}");
        }
    }
}
