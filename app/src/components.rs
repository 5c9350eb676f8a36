//! The components that pages consist of.

mod age;
mod bar_cursor;
mod board;
mod board_address;
mod filter_bar;
mod first_run;
mod group;
mod header;
mod icon;
mod keys_dialog;
mod mark;
mod may_act;
mod nav_link;
mod menus;
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
mod zone_note;

pub use crate::times::{exact, hover};
pub use age::{Age, time_of_day};
pub use board::BoardView;
pub use header::Header;
#[allow(unused_imports, reason = "for the pages")]
pub use icon::{Icon, IconView};
pub use keys_dialog::KeysDialog;
pub use mark::Mark;
pub use menus::close_menus;
pub use nav_link::NavLink;
pub use notice::{StaleNotice, StoreAwayNotice};
pub use prose::Prose;
pub use refusal::RefusedForm;
pub use reset_states::ResetStates;
pub use state::Shape;
pub use suppression::{SuppressionNote, to_the_minute};
pub use tab_icon::set_tab_icon;
pub use verdict::VerdictView;
pub use zone_note::ZoneNote;
