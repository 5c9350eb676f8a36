//! The figures of a service in the API.

use crate::http::history::seconds::{Seconds, of_microseconds};
use model::{Availability, AvailabilityView, ElapsedView, IncidentFiguresView, ServiceFiguresView};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct FiguresAnswer {
    availability: Vec<PeriodAnswer>,
    incidents: IncidentsAnswer,
    /// The latest five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    recent: Option<ElapsedAnswer>,
    /// The latest 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    usual: Option<ElapsedAnswer>,
}

#[derive(Serialize)]
struct PeriodAnswer {
    days: u32,
    with_maintenance: AvailabilityAnswer,
    without_maintenance: AvailabilityAnswer,
}

#[derive(Serialize)]
struct AvailabilityAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<f64>,
    known: f64,
}

#[derive(Serialize)]
struct IncidentsAnswer {
    days: u32,
    count: u32,
    open: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    mean: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longest: Option<Seconds>,
}

/// Seconds.
#[derive(Serialize)]
struct ElapsedAnswer {
    p50: f64,
    p95: f64,
    p99: f64,
    maximum: f64,
}

impl From<ServiceFiguresView> for FiguresAnswer {
    fn from(view: ServiceFiguresView) -> Self {
        let IncidentFiguresView { days, count, open, mean, longest } = view.incidents;
        Self {
            availability: view.availability.into_iter().map(PeriodAnswer::from).collect(),
            incidents: IncidentsAnswer { days, count, open, mean: mean.map(Seconds), longest: longest.map(Seconds) },
            recent: view.recent.map(ElapsedAnswer::from),
            usual: view.usual.map(ElapsedAnswer::from),
        }
    }
}

impl From<AvailabilityView> for PeriodAnswer {
    fn from(AvailabilityView { days, with_maintenance, without_maintenance }: AvailabilityView) -> Self {
        let answer = |Availability { operational, known }| AvailabilityAnswer { availability: operational, known };
        Self { days, with_maintenance: answer(with_maintenance), without_maintenance: answer(without_maintenance) }
    }
}

impl From<ElapsedView> for ElapsedAnswer {
    fn from(ElapsedView { p50, p95, p99, maximum }: ElapsedView) -> Self {
        let [p50, p95, p99, maximum] = [p50, p95, p99, maximum].map(|microseconds| of_microseconds(microseconds.into()));
        Self { p50, p95, p99, maximum }
    }
}
