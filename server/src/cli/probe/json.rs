use crate::probe::Report;
use model::{Observation, Phase, State};
use serde::Serialize;

/// A node for a program.
#[derive(Serialize)]
pub(super) struct NodeReport {
    service: String,
    #[serde(rename = "type")]
    group: String,
    name: String,
    node: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nodename: Option<String>,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed: Option<f64>,
    phases: Vec<PhaseReport>,
    /// The step in which the check ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    unfinished: Option<PhaseReport>,
    expectations: Vec<ExpectationReport>,
    metrics: Vec<MetricReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Serialize)]
struct PhaseReport {
    name: &'static str,
    elapsed: f64,
}

#[derive(Serialize)]
struct ExpectationReport {
    expected: String,
    seen: String,
    met: bool,
}

#[derive(Serialize)]
struct MetricReport {
    name: String,
    value: f64,
    unit: String,
}

impl NodeReport {
    /// The nodes of a service.
    pub(super) fn of(report: &Report) -> Vec<Self> {
        match &report.result {
            Ok(observations) => observations.iter().map(|seen| Self::new(report, seen.clone())).collect(),
            Err(error) => {
                let unknown = Observation::new(&report.service.node, State::Unknown).with_message(&error.message);
                let unknown = unknown.with_phases(error.phases.clone());
                let unknown = Observation { notes: error.notes.clone(), unfinished: error.unfinished, ..unknown };
                vec![Self::new(report, unknown)]
            }
        }
    }

    fn new(report: &Report, seen: Observation) -> Self {
        let phase = |phase: Phase| PhaseReport { name: phase.name, elapsed: phase.elapsed.as_secs_f64() };
        let service = &report.service;
        Self {
            service: service.id.to_string(),
            group: service.group.clone(),
            name: service.name.clone(),
            node: seen.node,
            nodename: seen.node_name,
            state: seen.state,
            message: seen.message,
            elapsed: seen.elapsed.map(|elapsed| elapsed.as_secs_f64()),
            phases: seen.phases.into_iter().map(phase).collect(),
            unfinished: seen.unfinished.map(phase),
            expectations: seen
                .expectations
                .into_iter()
                .map(|expectation| ExpectationReport {
                    expected: expectation.expected,
                    seen: expectation.seen,
                    met: expectation.met,
                })
                .collect(),
            metrics: seen
                .metrics
                .into_iter()
                .map(|metric| MetricReport { name: metric.name, value: metric.value, unit: metric.unit })
                .collect(),
            notes: seen.notes,
        }
    }
}
