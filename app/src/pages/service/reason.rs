//! Why the service is in its state: what was expected and seen, how long the steps of the check took, what it measured.

use super::place::Place;
use super::summary::name;
use super::text::{metric, phase_name, slow_phase};
use crate::components::{Prose, Shape, hover, time_of_day};
use crate::erased::IntoAny;
use crate::format;
use crate::model::{CheckDetail, ExpectationView, MetricView, NodeView, PhaseView, ServiceView, State};
use crate::texts::service_check as texts;
use leptos::prelude::*;

/// The latest check of the selected node, else of the worst one.
pub(super) fn reason(view: ServiceView, place: Place) -> AnyView {
    let wanted = |node: &&NodeView| place.node.as_deref().is_none_or(|wanted| wanted == node.status.node);
    let mut nodes: Vec<&NodeView> = view.nodes.iter().filter(wanted).filter(|node| node.detail.is_some()).collect();
    nodes.sort_by_key(|node| std::cmp::Reverse(node.status.state));
    let Some((node, detail)) = nodes.first().and_then(|node| Some((*node, node.detail.as_ref()?))) else { return ().into_any() };
    let of_node = (view.nodes.len() > 1).then(|| name(&node.status));
    let before_time = of_node.as_ref().map(|name| format!("{name}, "));
    let checked = node.status.checked;
    let note = view! {
        <span class="note">
            {before_time}
            <time datetime=checked.to_rfc3339() title=hover(checked)>
                {time_of_day(checked)}
            </time>
        </span>
    };
    let CheckDetail { phases, unfinished, expectations, metrics, notes } = detail;
    let why = (!expectations.is_empty() || !notes.is_empty()).then(|| {
        view! {
            <section class="card why" aria-labelledby="why-heading">
                <header>
                    <h2 id="why-heading">{texts::why()}</h2>
                    {note}
                </header>
                {(!expectations.is_empty()).then(|| expected(expectations, node.status.state))}
                {(!notes.is_empty()).then(|| noted(notes))}
            </section>
        }
    });
    let has_phases = !phases.is_empty() || unfinished.is_some();
    let last = has_phases.then(|| last_check(phases, unfinished.as_ref(), node.status.elapsed));
    let is_pair = why.is_some() && last.is_some();
    view! {
        <div class=if is_pair { "columns stretch" } else { "" }>{why} {last}</div>
        {(!metrics.is_empty()).then(|| measured(metrics, of_node.as_deref()))}
    }
    .into_any()
}

/// Unmet expectations come first, with the state that they lead to.
fn expected(expectations: &[ExpectationView], state: State) -> AnyView {
    let failed = if state.is_operational() { State::Unhealthy } else { state };
    let row = |ExpectationView { expected, seen, met }: &ExpectationView| {
        let (state, word) = if *met { (State::Operational, texts::met()) } else { (failed, texts::not_met()) };
        view! {
            <tr class=(!met).then(|| failed.as_str())>
                <td class="result">
                    <Shape state />
                    <span class="visually-hidden">{word}</span>
                </td>
                <td><Prose text=expected.clone() /></td>
                <td class="seen">
                    <Prose text=seen.clone() />
                </td>
            </tr>
        }
    };
    let (met, unmet): (Vec<_>, Vec<_>) = expectations.iter().partition(|expectation| expectation.met);
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">
                        <span class="visually-hidden">{texts::result()}</span>
                    </th>
                    <th scope="col">{texts::expected()}</th>
                    <th scope="col">{texts::seen()}</th>
                </tr>
            </thead>
            <tbody>{unmet.into_iter().chain(met).map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn noted(notes: &[String]) -> AnyView {
    let notes = notes.iter().map(|note| view! { <li><Prose text=note.clone() /></li> }).collect_view();
    view! { <ul class="notes inside">{notes}</ul> }.into_any()
}

/// The phases one after the other, each beside its usual time. The last one may be that in which the check ended.
fn last_check(phases: &[PhaseView], unfinished: Option<&PhaseView>, elapsed: Option<u64>) -> AnyView {
    let all = || phases.iter().chain(unfinished);
    let sum: u64 = all().map(|phase| phase.elapsed).sum();
    let total = elapsed.unwrap_or(sum).max(sum).max(1);
    let usual: Option<u64> = all().map(|phase| phase.usual).sum();
    let mut begin = 0;
    let n_ended = phases.len();
    let rows = all().enumerate().map(|(number, phase)| {
        let is_unfinished = number == n_ended;
        let class = if is_unfinished { "phase unfinished" } else { "phase" };
        let percent = |part: u64| format!("{:.1}%", part as f64 / total as f64 * 100.0);
        let (x, width) = (percent(begin), percent(phase.elapsed.max(total / 200)));
        begin += phase.elapsed;
        view! {
            <tr>
                <th scope="row">
                    {phase_name(&phase.name)} {is_unfinished.then(|| view! { " " <small>{texts::not_finished()}</small> })}
                </th>
                <td class="track" aria-hidden="true">
                    <svg width="100%" height="14">
                        <rect class="ground" width="100%" height="14" rx="3" />
                        <rect class=class x=x width=width height="14" rx="3" />
                    </svg>
                </td>
                <td class="number">{format::elapsed(phase.elapsed)}</td>
                <td class="number usual">{phase.usual.map_or_else(|| "–".to_owned(), format::elapsed)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let explained = match unfinished {
        Some(phase) => Some(texts::ended_in_phase(&phase_name(&phase.name))),
        None => slow_phase(phases),
    };
    let usual = usual.map_or_else(|| "–".to_owned(), format::elapsed);
    let elapsed = format::elapsed(elapsed.unwrap_or(sum));
    view! {
        <section class="card last-check" aria-labelledby="last-heading">
            <header>
                <h2 id="last-heading">{texts::last_check()}</h2>
                <span class="note">{texts::phases()}</span>
                <span class="end">
                    <b>{elapsed.clone()}</b>
                </span>
            </header>
            <table class="table phases">
                <thead>
                    <tr>
                        <th scope="col">{texts::phase()}</th>
                        <th aria-hidden="true"></th>
                        <th scope="col" class="number">{texts::now()}</th>
                        <th scope="col" class="number usual">{texts::usual()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{texts::total()}</th>
                        <td aria-hidden="true"></td>
                        <td class="number">{elapsed}</td>
                        <td class="number usual">{usual}</td>
                    </tr>
                </tfoot>
            </table>
            <p class="hint inside">
                {explained.map(|text| text + " ")}
                {texts::usual_is_median()}
            </p>
        </section>
    }
    .into_any()
}

/// `of_node` is the node, if the service has several.
fn measured(metrics: &[MetricView], of_node: Option<&str>) -> AnyView {
    let note = of_node.map_or_else(|| texts::latest_check().to_owned(), texts::latest_check_of);
    let metrics = metrics.iter().map(|MetricView { name, value, unit, .. }| {
        let (number, unit) = metric(*value, unit);
        view! {
            <div class="metric">
                <dt>{name.clone()}</dt>
                <dd>
                    <b class="number">{number}</b>
                    " "
                    {unit}
                </dd>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="metrics-heading">
            <header>
                <h2 id="metrics-heading">{texts::metrics()}</h2>
                <span class="note">{note}</span>
            </header>
            <dl class="metrics inside">{metrics.collect_view()}</dl>
        </section>
    }
    .into_any()
}
