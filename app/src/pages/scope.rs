use crate::address::{Query, decode};
use crate::components::RefusedForm;
use crate::forms::action;
use crate::model::{BoardScope, ServiceId};

/// The part of the address that opens the form for silences.
pub(super) const NEW: &str = "new";

/// The rows of the board that the page at this address needs, so that its document has no others.
pub(super) fn scope(path: &str, query: &Query, refused: &RefusedForm) -> BoardScope {
    let has_silence_form = || query.get(NEW).is_some() || refused.reason(action::SILENCE, None).is_some();
    match path.trim_matches('/').split_once('/') {
        Some(("services", id)) => BoardScope::Service(ServiceId::new(decode(id))),
        Some(("incidents", number)) => number.parse().map_or(BoardScope::None, BoardScope::Incident),
        Some(("settings", _)) => BoardScope::None,
        Some(_) => BoardScope::All,
        None => match path.trim_matches('/') {
            "incidents" => BoardScope::Incidents,
            "silences" if !has_silence_form() => BoardScope::None,
            "settings" => BoardScope::None,
            _ => BoardScope::All,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_the_rows_that_its_page_needs() {
        let of_shop = BoardScope::Service(ServiceId::new("shop a/b"));
        for (path, search, expected) in [
            ("/", "", BoardScope::All),
            ("", "", BoardScope::All),
            ("/wall", "", BoardScope::All),
            ("/services/shop%20a%2Fb", "range=7d", of_shop.clone()),
            ("/services/shop%20a%2Fb/", "", of_shop),
            ("/incidents", "status=open", BoardScope::Incidents),
            ("/incidents/7", "", BoardScope::Incident(7)),
            ("/incidents/x", "", BoardScope::None),
            ("/silences", "", BoardScope::None),
            ("/silences", "new&service=shop", BoardScope::All),
            ("/settings", "", BoardScope::None),
            ("/settings/channels", "", BoardScope::None),
        ] {
            assert_eq!(scope(path, &Query::read(search), &RefusedForm::on_server()), expected, "{path}?{search}");
        }
    }
}
