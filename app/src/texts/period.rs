//! What is wrong with the time that is asked for.

use super::service_history::{from_is_no_time, to_is_no_time};
use model::PeriodProblem;

texts! {
    empty:
        "The time must begin before its end and before now.", "La période doit commencer avant sa fin et avant maintenant.";
    too_long: "History is not kept for as long as that.", "L’historique n’est pas conservé aussi longtemps.";
    shows_last_30_days(problem: &str):
        "{problem} The page shows the last 30 days.", "{problem} La page montre les 30 derniers jours.";
    shows_until_now(problem: &str): "{problem} The page shows the time until now.", "{problem} La page montre la période jusqu’à maintenant.";
    shows_30_days_before_to(problem: &str):
        "{problem} The page shows the 30 days before `to`.", "{problem} La page montre les 30 jours avant `to`.";
}

/// A sentence.
pub fn problem(problem: &PeriodProblem) -> String {
    match problem {
        PeriodProblem::From(text) => from_is_no_time(text),
        PeriodProblem::To(text) => to_is_no_time(text),
        PeriodProblem::Empty => empty().to_owned(),
        PeriodProblem::TooLong => too_long().to_owned(),
    }
}
