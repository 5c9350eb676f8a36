//! Units of time. Those of seconds, minutes and hours are international: s, min, h.

texts! {
    day: "d", "j";
    days(number: i64): "{number} d", "{number} j";
}
