//! The same error of many services, as one.

use model::ServiceId;
use std::collections::HashMap;
use yaml::{LocatedError, Location};

/// An error that several services can have.
pub struct SharedError<'a> {
    /// The first service that has it.
    pub first: &'a ServiceId,
    /// What the first service is made of.
    entry: Option<Location>,
    error: LocatedError,
    /// The number of services that have it.
    pub services: usize,
}

/// Each error once, in the order of the services. Services that are made of one entry, one template or one default have the same errors at the
/// same place, but of different entries of `for_each` or of a list.
pub fn shared_errors<'a>(of_services: impl IntoIterator<Item = (&'a ServiceId, LocatedError)>) -> Vec<SharedError<'a>> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut errors: Vec<SharedError<'a>> = Vec::new();
    for (first, mut error) in of_services {
        let entry = error.take_entry();
        // What has no place may be about something else.
        let place = error.location().map(|_| *known.entry(error.to_string()).or_insert(errors.len()));
        match place.and_then(|place| errors.get_mut(place)) {
            Some(known) => known.services += 1,
            None => errors.push(SharedError { first, entry, error, services: 1 }),
        }
    }
    errors
}

impl SharedError<'_> {
    /// The error under the id of the first service, with the number of services and the entry of the first one.
    pub fn described(self) -> LocatedError {
        let Self { first, entry, error, services } = self;
        let error = error.under(first.as_str());
        match (services, entry) {
            (1, None) => error,
            (1, Some(entry)) => error.of_entry(&entry),
            (_, None) => error.with_consequence(&format!("{services} services have this error")),
            (_, Some(entry)) => error.with_consequence(&format!("{services} services have this error; for the first, see {entry}")),
        }
    }
}
