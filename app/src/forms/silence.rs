use super::fields::Fields;
use super::recurrence::recurrence;
use super::service_choice::ServiceChoice;
use crate::model::{ServiceId, SilenceRequest, SuppressionKind};
use crate::texts::silence_form as texts;
use chrono::{DateTime, FixedOffset};

/// Reads the form that silences alerts. `local_time` parses the value of an input of type `datetime-local` in the time zone of the
/// user. Fails with a sentence for the user; the server checks permissions and limits.
pub fn silence_request(
    fields: &Fields,
    choice: &ServiceChoice,
    local_time: impl Fn(&str) -> Option<DateTime<FixedOffset>>,
) -> Result<SilenceRequest, String> {
    let kind = match fields.text("kind") {
        "" | "silence" => SuppressionKind::Silence,
        "maintenance" => SuppressionKind::Maintenance,
        other => return Err(texts::no_kind(other)),
    };
    let mut services: Vec<_> = fields.texts("services").map(ServiceId::new).collect();
    let typed = fields.text("service");
    let mut matching = Vec::new();
    if is_of_role(typed) {
        matching.push(typed.to_owned());
    } else if !typed.is_empty() {
        let named = choice.named(typed);
        if named.is_empty() {
            return Err(texts::no_service(typed));
        }
        services.extend(named.into_iter().filter(|service| !services.contains(service)).collect::<Vec<_>>());
    }
    let services = match (fields.is_checked("all"), services.is_empty() && matching.is_empty()) {
        (true, true) => None,
        (true, false) => return Err(texts::some_or_all().to_owned()),
        (false, true) => return Err(texts::select_service().to_owned()),
        (false, false) => Some(services),
    };
    let comment = fields.text("comment").to_owned();
    if let Some(recurrence) = recurrence(fields)? {
        let recurrence = Some(recurrence);
        return Ok(SilenceRequest { kind, services, matching, comment, recurrence, ..SilenceRequest::default() });
    }
    let from = match fields.text("begins") {
        "" => None,
        begins => Some(local_time(begins).ok_or_else(|| texts::no_date_with_time(begins))?),
    };
    let minutes = fields.text("minutes").parse().map_err(|_| texts::select_duration().to_owned())?;
    Ok(SilenceRequest { kind, services, matching, comment, from, minutes: Some(minutes), ..SilenceRequest::default() })
}

/// Whether a text selects the services of a role, which only the server knows.
pub fn is_of_role(text: &str) -> bool {
    text.trim_start().starts_with("role:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NodeStatus, State};
    use crate::samples::{at, row, snapshot};

    fn read(fields: &[(&str, &str)]) -> Result<SilenceRequest, String> {
        let row = |service| NodeStatus { group: "App".to_owned(), ..row(service, "n", State::Operational) };
        let choice = ServiceChoice::of(&snapshot(1, vec![row("mail"), row("shop")]).into());
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        silence_request(&Fields::new(fields), &choice, |text| (text == "16:30").then(|| at(30)))
    }

    #[test]
    fn the_fields_become_an_order() {
        let services = |ids: &[&str]| Some(ids.iter().copied().map(ServiceId::new).collect());
        let request = SilenceRequest { services: services(&["shop"]), minutes: Some(60), ..SilenceRequest::default() };
        assert_eq!(read(&[("services", "shop"), ("service", ""), ("minutes", "60")]), Ok(request.clone()));
        let all = SilenceRequest { kind: SuppressionKind::Maintenance, services: None, from: Some(at(30)), ..request.clone() };
        assert_eq!(read(&[("kind", "maintenance"), ("all", "true"), ("begins", "16:30"), ("minutes", "60")]), Ok(all));
        let typed = SilenceRequest { services: services(&["shop", "mail"]), comment: "release".to_owned(), ..request };
        let fields = [("kind", "silence"), ("services", "shop"), ("service", " App "), ("minutes", "60"), ("comment", " release ")];
        assert_eq!(read(&fields), Ok(typed.clone()));
        let matching = SilenceRequest { services: services(&["shop"]), matching: vec!["role:dev".to_owned()], ..typed };
        let fields = [("services", "shop"), ("service", " role:dev "), ("minutes", "60"), ("comment", "release")];
        assert_eq!(read(&fields), Ok(matching));
    }

    #[test]
    fn what_repeats_has_neither_begin_nor_duration() {
        let times = [("days", "sun"), ("starts", "22:00"), ("stops", "04:00"), ("repeats_in", "UTC")];
        let fields = [("services", "shop"), ("begins", "16:30"), ("minutes", "60"), ("repeats", "weekly")];
        let request = read(&[&fields[..], &times].concat()).unwrap();
        assert!(request.recurrence.is_some());
        assert_eq!((request.from, request.until, request.minutes), (None, None, None));
        assert_eq!(read(&[&fields[..], &times[1..]].concat()), Err("Select a day of the week.".to_owned()));
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (fields, expected) in [
            (&[("minutes", "60")][..], "Select a service."),
            (&[("service", "shop"), ("all", "true"), ("minutes", "60")], "Select either some services or all services."),
            (&[("service", "nothing"), ("minutes", "60")], "There is no service `nothing`."),
            (&[("services", "shop"), ("begins", "soon"), ("minutes", "60")], "`soon` is not a date with a time."),
            (&[("services", "shop")], "Select a duration."),
            (&[("services", "shop"), ("minutes", "-1")], "Select a duration."),
            (&[("kind", "x"), ("services", "shop"), ("minutes", "60")], "`x` is not a type of silence."),
        ] {
            assert_eq!(read(fields), Err(expected.to_owned()), "{fields:?}");
        }
    }
}
