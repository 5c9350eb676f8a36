//! One service: what it is now, its history, its figures, and what an operator does with it. The page and the API share this.

mod actions;
mod answer;
mod chart;
mod figures;
mod figures_answer;
mod maintenance;
mod metric_history;
mod recent_figures;
mod routes;
mod view;

pub use answer::ServiceAnswer;
pub use figures::figures;
pub use recent_figures::Figures;
pub use routes::{check, figures as figures_answer, pause, resume, service};

pub use actions::{REQUESTED_CHECKS, check as check_now};
pub use chart::chart;
pub use maintenance::ranges as maintenance_ranges;
pub use view::{has_node, place_of, view};
