//! The components that pages consist of.

mod age;
mod announcement;
mod bar_cursor;
mod board;
mod board_address;
mod command_focus;
mod filter_bar;
mod first_run;
mod group;
mod header;
mod icon;
mod keys_dialog;
mod mark;
mod may_act;
mod notice;
mod palette;
mod prose;
mod refusal;
mod reset_states;
mod row;
mod state;
mod suppression;
mod tab_icon;
mod uptime_bar;
mod verdict;

pub use age::{Age, exact, time_of_day};
pub use announcement::{Announced, Announcement};
pub use board::BoardView;
pub use command_focus::{focus_result, keep_focus};
pub use header::Header;
#[allow(unused_imports, reason = "for the pages")]
pub use icon::{Icon, IconView};
pub use keys_dialog::KeysDialog;
pub use mark::Mark;
pub use notice::{StaleNotice, StoreAwayNotice};
pub use prose::Prose;
pub use refusal::RefusedForm;
pub use reset_states::ResetStates;
pub use state::Shape;
pub use suppression::{SuppressionNote, to_the_minute};
pub use tab_icon::set_tab_icon;
pub use verdict::VerdictView;
