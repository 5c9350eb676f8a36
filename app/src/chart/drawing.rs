//! The chart as SVG. It is text and not a view: nothing in it has a listener, and a view of some hundred elements would make the page
//! larger and its start slower.

use super::curves::{Curves, HEIGHT, WIDTH, peaks};
use super::lanes::{LabelPlace, incidents, ribbon};
use super::shades::{Shade, not_watched, shades};
use super::ticks::time_ticks;
use super::{Chart, ValueScale};
use crate::format;
use crate::model::State;
use crate::texts::chart as texts;
use std::fmt::Write;

/// The two drawings of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// Curves, shades and scales. Scales are outside of its box.
    pub area: String,
    /// The states and the incidents.
    pub lanes: String,
}

/// Kinds of ranges with a pattern. Their definitions are in each drawing, since a pattern of a hidden drawing is not drawn.
const PATTERNS: &str = "<defs>\
    <pattern id=\"chart-not-watched\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <path class=\"hatch\" d=\"M1 0v6\"/></pattern>\
    <pattern id=\"chart-maintenance\" width=\"6\" height=\"5\" patternUnits=\"userSpaceOnUse\"><path class=\"hatch\" d=\"M0 1h6\"/></pattern>\
    <pattern id=\"chart-unknown\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><circle class=\"dots\" cx=\"2.5\" cy=\"2.5\" r=\"1\"/></pattern>\
    </defs>";

/// The least width of a range whose pattern is named above it.
const NAMED: f64 = 0.025;

/// The least distance between two of these names.
const APART: f64 = 0.1;

impl Drawing {
    /// `under_base` makes addresses for browsers of paths of the site.
    pub fn of(chart: &Chart, under_base: fn(&str) -> String) -> Self {
        Self { area: area(chart), lanes: lanes(chart, under_base) }
    }
}

/// A part as a percentage.
fn percent(part: f64) -> String {
    format!("{:.2}%", part * 100.0)
}

// Writing to a string cannot fail.
fn area(chart: &Chart) -> String {
    let mut svg = format!("<svg class=\"area\" aria-hidden=\"true\">{PATTERNS}");
    draw_shades(&mut svg, chart);
    let scale = ValueScale::of(chart.scale, &chart.history.points);
    match &scale {
        Some(scale) => {
            let labels = scale.labels();
            let last = labels.len().saturating_sub(1);
            for (number, (line, label)) in labels.into_iter().enumerate() {
                let y = percent(1.0 - scale.height(line as u32));
                let class = if number == 0 { "axis" } else { "grid" };
                write!(svg, "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>").ok();
                // Every second text is left out where there is little room, but not the highest one with the unit.
                let is_odd = if (last - number) % 2 == 1 { " class=\"odd\"" } else { "" };
                write!(svg, "<text{is_odd} x=\"-8\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{label}</text>").ok();
            }
            let curves = Curves::of(chart, scale);
            write!(
                svg,
                "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" width=\"100%\" height=\"100%\">\
                 <path class=\"band\" d=\"{}\"/><path class=\"p99\" d=\"{}\"/><path class=\"p50\" d=\"{}\"/></svg>",
                curves.band, curves.p99, curves.p50
            )
            .ok();
            for peak in peaks(chart, scale) {
                let (x, longest) = (percent(peak.x), format::elapsed(peak.longest.into()));
                let (dx, anchor) = if peak.x > 0.9 { ("-9", "end") } else { ("9", "start") };
                write!(
                    svg,
                    "<svg class=\"peak\" x=\"{x}\" y=\"1\"><path d=\"M0 0l5 7h-10z\"/></svg>\
                     <text class=\"strong peak\" x=\"{x}\" y=\"1\" dx=\"{dx}\" dy=\"9\" text-anchor=\"{anchor}\">{longest}</text>"
                )
                .ok();
            }
        }
        None => {
            write!(
                svg,
                "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"100%\" y2=\"100%\"/>\
                 <text class=\"none\" x=\"50%\" y=\"50%\" text-anchor=\"middle\">{}</text>",
                texts::no_response_times()
            )
            .ok();
        }
    }
    let ticks = time_ticks(chart.history.from, chart.history.to, &chart.zone);
    // Every second text is left out where there is little room, but not the begin of a day.
    let strong = ticks.iter().position(|tick| tick.is_strong).unwrap_or_default();
    for (number, tick) in ticks.into_iter().enumerate() {
        let x = chart.x(tick.at);
        let class = match (tick.is_strong, (number + strong) % 2) {
            (true, _) => "strong",
            (false, 0) => "even",
            (false, _) => "odd",
        };
        // A text beyond an edge is cut off.
        let anchor = if x < 0.015 {
            "start"
        } else if x > 0.985 {
            "end"
        } else {
            "middle"
        };
        let x = percent(x);
        write!(
            svg,
            "<svg x=\"{x}\" y=\"100%\" class=\"tick\"><path class=\"axis\" d=\"M0 0v5\"/></svg>\
             <text class=\"{class}\" x=\"{x}\" y=\"100%\" dy=\"18\" text-anchor=\"{anchor}\">{}</text>",
            tick.label
        )
        .ok();
    }
    svg.push_str("</svg>");
    svg
}

fn draw_shades(svg: &mut String, chart: &Chart) {
    let mut named: Vec<f64> = Vec::new();
    for shaded in shades(chart) {
        let (width, middle) = (shaded.to - shaded.from, f64::midpoint(shaded.from, shaded.to));
        let class = shaded.shade.class();
        let (x, width_text) = (percent(shaded.from), percent(width.max(0.002)));
        write!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"0\" width=\"{width_text}\" height=\"100%\" fill=\"url(#chart-{class})\"/>"
        )
        .ok();
        let is_wide = width >= NAMED || shaded.shade == Shade::Maintenance;
        if is_wide && named.iter().all(|other| (other - middle).abs() >= APART) {
            named.push(middle);
            let x = percent(middle.clamp(0.04, 0.96));
            write!(svg, "<text class=\"shade\" x=\"{x}\" y=\"-7\" text-anchor=\"middle\">{}</text>", shaded.shade.label()).ok();
        }
    }
}

fn lanes(chart: &Chart, under_base: fn(&str) -> String) -> String {
    let mut svg = format!(
        "<svg class=\"lanes\"><g aria-hidden=\"true\"><text x=\"-8\" y=\"12\" text-anchor=\"end\">{}</text>",
        texts::state()
    );
    for (from, to) in not_watched(chart) {
        let (from, to) = (percent(chart.x(from)), percent(chart.x(to)));
        write!(svg, "<line class=\"axis\" x1=\"{from}\" x2=\"{to}\" y1=\"13.5\" y2=\"13.5\" stroke-dasharray=\"3 2\"/>").ok();
    }
    for stretch in ribbon(chart) {
        let height = match stretch.state {
            State::Operational => 7,
            State::Unhealthy => 10,
            State::Unknown => 11,
            State::Down => 14,
        };
        let (x, width) = (percent(stretch.from), percent((stretch.to - stretch.from).max(0.0018)));
        write!(svg, "<rect class=\"{}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"{height}\"/>", stretch.state, 14 - height)
            .ok();
    }
    svg.push_str("</g>");
    for incident in incidents(chart) {
        let (id, worst) = (incident.id, incident.worst);
        let address = under_base(&format!("/incidents/{id}"));
        let (x, width) = (percent(incident.from), percent((incident.to - incident.from).max(0.004)));
        write!(
            svg,
            "<a href=\"{address}\" aria-label=\"{}\"><rect class=\"incident {worst}\" x=\"{x}\" y=\"22\" width=\"{width}\" height=\"14\" rx=\"3\"/>",
            texts::incident(id, &incident.text)
        )
        .ok();
        let label = match incident.place {
            LabelPlace::Right => Some((percent(incident.to.max(incident.from + 0.004)), 6, "start")),
            LabelPlace::Left => Some((x, -6, "end")),
            LabelPlace::Nowhere => None,
        };
        if let Some((x, dx, anchor)) = label {
            let text = &incident.text;
            write!(
                svg,
                "<text class=\"strong\" x=\"{x}\" y=\"33\" dx=\"{dx}\" text-anchor=\"{anchor}\">#{id}<tspan class=\"more\"> {text}</tspan></text>"
            )
            .ok();
        }
        svg.push_str("</a>");
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::super::samples::{chart, point};
    use super::*;
    use crate::language::{Language, in_language};

    #[test]
    fn every_part_is_drawn() {
        let mut chart = chart((0..9).filter(|minute| *minute != 4 && *minute != 5).map(|minute| point(minute, 100)).collect());
        chart.history.points[6].time = [0, 0, 60_000, 0];
        let Drawing { area, lanes } = Drawing::of(&chart, str::to_owned);
        for part in ["class=\"band\"", "class=\"p50\"", "class=\"p99\"", "not watched", "250 ms</text>", ">00:04</text>"] {
            assert!(area.contains(part), "{part} is missing in {area}");
        }
        for part in ["class=\"operational\"", "class=\"down\"", "stroke-dasharray"] {
            assert!(lanes.contains(part), "{part} is missing in {lanes}");
        }
        assert_eq!(area.matches("<svg").count(), area.matches("</svg>").count());
    }

    #[test]
    fn without_points_the_chart_says_so() {
        let Drawing { area, .. } = Drawing::of(&chart(Vec::new()), str::to_owned);
        assert!(area.contains("no response times") && area.contains("not watched"), "{area}");
    }

    #[test]
    fn the_drawing_is_in_the_language_of_the_page() {
        let Drawing { area, lanes } = in_language(Language::French, || Drawing::of(&chart(Vec::new()), str::to_owned));
        assert!(area.contains(">aucun temps de réponse</text>") && area.contains(">non surveillé</text>"), "{area}");
        assert!(lanes.contains(">État</text>"), "{lanes}");
    }
}
