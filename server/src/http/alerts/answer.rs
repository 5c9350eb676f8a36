use super::caller_silences::CallerSilences;
use model::{MaintenanceWindowView, Occurrence, Recurrence, RecurrenceView, ServiceId, SilenceView, SuppressionKind};
use serde::Serialize;
use storage::Silence;

/// A silence, maintenance or acknowledgement in the API.
#[derive(Serialize)]
pub(super) struct SilenceAnswer<'a> {
    id: u64,
    kind: SuppressionKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<u64>,
    /// Absent when it is about all services.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<ServiceId>>,
    author: &'a str,
    comment: &'a str,
    created: String,
    /// Of one that recurs: of the present or the next occurrence. So is the end.
    from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recurrence: Option<Recurrence>,
    /// The present and the next ones of one that recurs.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrences: Option<Vec<OccurrenceAnswer>>,
}

/// A maintenance window of the configuration in the API.
#[derive(Serialize)]
pub(super) struct WindowAnswer {
    /// The services, as a text, without those that the caller may not see.
    services: String,
    /// The times, as texts.
    times: Vec<String>,
    /// The present and the next ones.
    occurrences: Vec<OccurrenceAnswer>,
}

#[derive(Serialize)]
struct OccurrenceAnswer {
    from: String,
    until: String,
}

/// The occurrences that an answer has.
const OCCURRENCES: usize = 3;

fn written(occurrences: Vec<Occurrence>) -> Vec<OccurrenceAnswer> {
    let written = |Occurrence { from, until }| OccurrenceAnswer { from: from.to_rfc3339(), until: until.to_rfc3339() };
    occurrences.into_iter().take(OCCURRENCES).map(written).collect()
}

impl From<MaintenanceWindowView> for WindowAnswer {
    fn from(MaintenanceWindowView { scope, times, occurrences, .. }: MaintenanceWindowView) -> Self {
        let times = times.into_iter().map(|time| time.text).collect();
        Self { services: scope.to_string(), times, occurrences: written(occurrences) }
    }
}

impl<'a> SilenceAnswer<'a> {
    /// With those of its services that the caller may see.
    pub(super) fn new(silence: &'a Silence, silences: &CallerSilences<'_>) -> Self {
        let SilenceView { id, kind, incident, services, from, until, recurrence, .. } = silences.view_of(silence);
        let (recurrence, occurrences) = recurrence.map(|RecurrenceView { rule, occurrences, .. }| (rule, occurrences)).unzip();
        Self {
            id,
            kind,
            incident,
            services,
            author: &silence.author,
            comment: &silence.comment,
            created: silence.created.to_rfc3339(),
            from: from.to_rfc3339(),
            until: until.map(|until| until.to_rfc3339()),
            recurrence,
            occurrences: occurrences.map(written),
        }
    }
}
