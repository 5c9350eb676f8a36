use crate::format;
use crate::model::ChannelTestView;
use crate::texts::forms as texts;

/// The result of a test notification: `Delivered after 84 ms`.
pub fn test_outcome(test: &ChannelTestView) -> String {
    let elapsed = format::elapsed(test.elapsed);
    match test.failure {
        None => texts::delivered_after(&elapsed),
        Some(_) => texts::not_delivered_after(&elapsed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    #[test]
    fn the_outcome_says_how_long_the_receiver_took() {
        let test = ChannelTestView { channel: "ops".to_owned(), at: at(0), elapsed: 84_200, failure: None };
        assert_eq!(test_outcome(&test), "Delivered after 84 ms");
        let failed = ChannelTestView { elapsed: 1_240_000, failure: Some("hooks.lan answered 503".to_owned()), ..test };
        assert_eq!(test_outcome(&failed), "Not delivered after 1.2 s");
    }
}
