use super::fields::Fields;
use crate::model::PauseRequest;

/// Reads the form that pauses a service. Without minutes the pause lasts until the service is resumed.
pub fn pause_request(fields: &Fields) -> PauseRequest {
    PauseRequest { comment: fields.text("comment").to_owned(), until: None, minutes: fields.text("minutes").parse().ok() }
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
        assert_eq!(read("60"), request);
        assert_eq!(read(""), PauseRequest { minutes: None, ..request });
    }
}
