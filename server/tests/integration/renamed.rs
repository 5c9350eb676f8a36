//! A renamed service keeps its history with `was`.

mod reload;
mod restart;
