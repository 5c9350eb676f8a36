//! Forms that a browser sends without JavaScript.

use super::channel_test::test_outcome;
use super::extension::extension_request;
use super::fields::Fields;
use super::pause::pause_request;
use super::service_choice::ServiceChoice;
use super::silence::silence_request;
use super::{CHANNELS, INCIDENTS, SETTINGS, SILENCES, USERS, action};
use crate::address;
use crate::backend::Backend;
use crate::language::Language;
use crate::model::{AcknowledgementRequest, BoardScope, RpcError, ServiceId};
use crate::texts::forms as texts;
use crate::times::{Zone, local};
use leptos::prelude::{Owner, provide_context};
use leptos::reactive::computed::ScopedFuture;

/// Carries out the form that was sent to `path`, and returns the path to continue with. `zone` has the zone in which the form
/// shows times, given the name in its field `zone`, which may be empty; `None` for a name that it does not know. Fails as the calls of the [`Backend`] do, and with [`RpcError::Wrong`] for
/// fields that cannot be read, with sentences in `language`.
pub async fn submit(
    path: &str,
    fields: &Fields,
    language: Language,
    backend: &dyn Backend,
    zone: impl Fn(&str) -> Option<Zone>,
) -> Result<String, RpcError> {
    // The catalogue finds the language where it finds that of a page.
    let owner = Owner::new();
    let work = owner.with(|| {
        provide_context(language);
        ScopedFuture::new_untracked(carry_out(path, fields, backend, zone))
    });
    work.await
}

async fn carry_out(
    path: &str,
    fields: &Fields,
    backend: &dyn Backend,
    zone: impl Fn(&str) -> Option<Zone>,
) -> Result<String, RpcError> {
    let zone = || {
        let name = fields.text("zone");
        zone(name).ok_or_else(|| RpcError::Wrong(texts::no_zone(name)))
    };
    let is_about_incidents = path == INCIDENTS || path.strip_prefix(INCIDENTS).is_some_and(|rest| rest.starts_with('/'));
    match (path, fields.text("action")) {
        (SILENCES, action::SILENCE) => {
            let choice = ServiceChoice::of(&backend.board(&BoardScope::All).into());
            let zone = zone()?;
            let request = silence_request(fields, &choice, |text| zone.resolve(local(text)?)).map_err(RpcError::Wrong)?;
            backend.create_silence(request).await?;
            Ok(SILENCES.to_owned())
        }
        (SILENCES, action::END) => {
            backend.end_silence(number(fields, "id")?).await?;
            Ok(SILENCES.to_owned())
        }
        (SILENCES, action::EXTEND) => {
            let zone = zone()?;
            let request = extension_request(fields, |text| zone.resolve(local(text)?)).map_err(RpcError::Wrong)?;
            backend.extend(number(fields, "id")?, request).await?;
            Ok(SILENCES.to_owned())
        }
        (path, action::ACKNOWLEDGE) if is_about_incidents => {
            let request = AcknowledgementRequest { comment: fields.text("comment").to_owned(), minutes: None };
            // At least one, so that a form without any is refused.
            let first = number(fields, "incident")?;
            for incident in std::iter::once(Ok(first)).chain(fields.texts("incident").skip(1).map(|text| read(text, "incident"))) {
                backend.acknowledge(incident?, request.clone()).await?;
            }
            Ok(path.to_owned())
        }
        (path, action::UNACKNOWLEDGE) if is_about_incidents => {
            backend.withdraw_acknowledgement(number(fields, "incident")?).await?;
            Ok(path.to_owned())
        }
        (path, action::NOTE) if is_about_incidents => {
            backend.add_note(number(fields, "incident")?, fields.text("text").to_owned()).await?;
            Ok(path.to_owned())
        }
        (SETTINGS, action::RESET) => {
            // With JavaScript a dialog asks for confirmation.
            if backend.viewer().admin && !fields.is_checked("confirmed") {
                return Err(RpcError::Wrong(texts::not_confirmed().to_owned()));
            }
            backend.flush().await?;
            Ok("/settings?reset=1".to_owned())
        }
        (CHANNELS, action::TEST) => {
            let test = backend.test_channel(fields.text("channel").to_owned()).await?;
            match &test.failure {
                None => Ok(address::with(CHANNELS, [("tested", test.channel)])),
                Some(reason) => Err(RpcError::Unavailable(texts::test_failed(&test.channel, &test_outcome(&test), reason))),
            }
        }
        (USERS, action::REVOKE_KEY) => {
            backend.revoke_key(number(fields, "id")?).await?;
            Ok(address::with(USERS, [("revoked", String::new())]))
        }
        (path, action) if path.starts_with("/services/") => of_service(action, fields, backend).await,
        _ => Err(RpcError::Wrong(texts::unknown_form().to_owned())),
    }
}

/// Carries out a form of the page of a service, to which it leads back.
async fn of_service(action: &str, fields: &Fields, backend: &dyn Backend) -> Result<String, RpcError> {
    let service = ServiceId::new(fields.text("service"));
    let location = address::of_service(&service);
    match action {
        action::CHECK => drop(backend.check_now(service).await?),
        action::PAUSE => backend.pause(service, pause_request(fields).map_err(RpcError::Wrong)?).await?,
        action::RESUME => backend.resume(service).await?,
        action::ACKNOWLEDGE => {
            for incident in fields.texts("incident") {
                let incident = read(incident, "incident")?;
                backend.acknowledge(incident, AcknowledgementRequest::default()).await?;
            }
        }
        _ => return Err(RpcError::Wrong(texts::unknown_form().to_owned())),
    }
    Ok(location)
}

fn number(fields: &Fields, name: &str) -> Result<u64, RpcError> {
    read(fields.text(name), name)
}

fn read(text: &str, name: &str) -> Result<u64, RpcError> {
    text.parse().map_err(|_| RpcError::Wrong(texts::field_is_no_number(name)))
}
