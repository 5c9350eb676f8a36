//! The bars of "Incidents a day".

use crate::model::IncidentDay;

/// The height of the chart.
pub const HEIGHT: u32 = 58;

/// The least height of a part that is not empty, so that one incident stays visible beside hundreds.
const LEAST: u32 = 3;

/// What separates the parts.
const GAP: u32 = 1;

/// One part of a bar: its upper edge and its height, in units of [`HEIGHT`].
pub type Part = (u32, u32);

/// The bar of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The incidents that were down, from the ground up.
    pub down: Option<Part>,
    /// The others, on top of them.
    pub others: Option<Part>,
}

/// The bars of these days. The highest has the height of the chart.
pub fn bars(days: &[IncidentDay]) -> Vec<Bar> {
    let total = |day: &IncidentDay| day.down.saturating_add(day.others);
    // A single incident is no peak.
    let most = days.iter().map(total).max().unwrap_or_default().max(4);
    days.iter().map(|day| bar(day, most)).collect()
}

fn bar(day: &IncidentDay, most: u32) -> Bar {
    let height = |count: u32| {
        let scaled = u64::from(count) * u64::from(HEIGHT - GAP) / u64::from(most);
        (count > 0).then(|| u32::try_from(scaled).unwrap_or(HEIGHT).max(LEAST))
    };
    let down = height(day.down);
    let ground = HEIGHT - down.map_or(0, |down| down + GAP);
    Bar {
        down: down.map(|down| (HEIGHT - down, down)),
        others: height(day.others).map(|others| {
            let others = others.min(ground);
            (ground - others, others)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;
    use proptest::prelude::*;

    fn day((down, others): (u32, u32)) -> IncidentDay {
        IncidentDay { begin: at(0), down, others }
    }

    #[test]
    fn the_highest_bar_fills_the_chart_and_none_is_invisible() {
        let drawn = bars(&[(0, 0), (1, 0), (30, 27), (0, 1)].map(day));
        assert_eq!(drawn[0], Bar { down: None, others: None });
        assert_eq!(drawn[1], Bar { down: Some((55, 3)), others: None });
        assert_eq!(drawn[2], Bar { down: Some((28, 30)), others: Some((0, 27)) });
        assert_eq!(drawn[3], Bar { down: None, others: Some((55, 3)) });
    }

    #[test]
    fn a_single_incident_is_no_peak() {
        assert_eq!(bars(&[(1, 0)].map(day)), [Bar { down: Some((44, 14)), others: None }]);
        assert!(bars(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn every_bar_is_within_the_chart(days in proptest::collection::vec((any::<u32>(), any::<u32>()), 0..40)) {
            let days: Vec<_> = days.into_iter().map(day).collect();
            for (bar, day) in bars(&days).into_iter().zip(&days) {
                prop_assert_eq!((bar.down.is_some(), bar.others.is_some()), (day.down > 0, day.others > 0));
                for (top, height) in [bar.down, bar.others].into_iter().flatten() {
                    prop_assert!(height > 0 && top + height <= HEIGHT);
                }
                if let (Some((down, _)), Some((top, height))) = (bar.down, bar.others) {
                    prop_assert!(top + height <= down);
                }
            }
        }
    }
}
