//! Cache of the figures of services.

use model::{ServiceFiguresView, ServiceId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long figures are valid. Many viewers of one page share them.
const VALID: Duration = Duration::from_secs(10);

/// The figures of services that were asked for a moment ago.
#[derive(Default)]
pub struct Figures(Mutex<HashMap<ServiceId, (Instant, ServiceFiguresView)>>);

impl Figures {
    pub(super) fn get(&self, service: &ServiceId) -> Option<ServiceFiguresView> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (made, _)| made.elapsed() < VALID);
        all.get(service).map(|(_, figures)| figures.clone())
    }

    pub(super) fn set(&self, service: &ServiceId, figures: &ServiceFiguresView) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(service.clone(), (Instant::now(), figures.clone()));
    }
}
