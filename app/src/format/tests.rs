use super::{age, duration, elapsed, measured, percent, period, thousands};
use crate::language::{Language, in_language};

#[test]
fn elapsed_keeps_two_figures_and_names_the_unit() {
    for (microseconds, expected) in [
        (0, "0.0 ms"),
        (1, "0.1 ms"),
        (400, "0.4 ms"),
        (999, "1.0 ms"),
        (1_000, "1 ms"),
        (84_049, "84 ms"),
        (999_499, "999 ms"),
        (999_500, "1.0 s"),
        (1_234_567, "1.2 s"),
        (9_949_999, "9.9 s"),
        (9_950_000, "10 s"),
        (59_499_999, "59 s"),
        (59_500_000, "1 min"),
        (65_000_000, "1 min 5 s"),
        (1_260_000_000, "21 min"),
        (7_499_600_000, "2 h 5 min"),
    ] {
        assert_eq!(elapsed(microseconds), expected, "{microseconds} µs");
    }
    assert_eq!(elapsed(u64::MAX), "213503982 d 8 h");
}

#[test]
fn age_is_rounded_down_to_one_unit() {
    for (milliseconds, expected) in [
        (i64::MIN, "0 s"),
        (-5_000, "0 s"),
        (999, "0 s"),
        (12_900, "12 s"),
        (59_999, "59 s"),
        (60_000, "1 min"),
        (14 * 60_000, "14 min"),
        (3_600_000, "1 h"),
        (47 * 3_600_000, "47 h"),
        (48 * 3_600_000, "2 d"),
    ] {
        assert_eq!(age(milliseconds), expected, "{milliseconds} ms");
    }
}

#[test]
fn periods_have_units() {
    for (seconds, expected) in [(30.0, "30 s"), (0.5, "0.5 s"), (60.0, "1 min"), (90.0, "90 s"), (300.0, "5 min")] {
        assert_eq!(period(seconds), expected);
    }
}

#[test]
fn large_numbers_are_grouped() {
    for (number, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")] {
        assert_eq!(thousands(number), expected);
    }
}

#[test]
fn only_one_is_a_hundred_percent() {
    for (part, expected) in [
        (0.0, "0 %"),
        (0.5, "50 %"),
        (0.992_9, "99.2 %"),
        (0.998_99, "99.8 %"),
        (0.999_05, "99.9 %"),
        (0.999_4, "99.94 %"),
        (0.999_999, "99.99 %"),
        (1.0, "100 %"),
    ] {
        assert_eq!(percent(part), expected, "{part}");
    }
}

#[test]
fn measured_numbers_of_any_size_are_short_and_not_falsified() {
    for (number, expected) in [
        (0.0, "0"),
        (1_841.4, "1,841"),
        (-12_345.0, "-12,345"),
        (123_456_789_012.0, "123,456,789,012"),
        (1.841e18, "1.84 × 10¹⁸"),
        (-5e12, "-5 × 10¹²"),
        (3.4e38, "3.4 × 10³⁸"),
        (3.254, "3.25"),
        (0.5, "0.5"),
        (0.002_136, "0.00214"),
        (0.0456, "0.0456"),
        (-0.000_05, "-5 × 10⁻⁵"),
        (2.5e-10, "2.5 × 10⁻¹⁰"),
    ] {
        assert_eq!(measured(number).replace('\u{a0}', " "), expected, "{number}");
    }
}

#[test]
fn numbers_have_the_marks_of_the_language() {
    let french = |text: fn() -> String| in_language(Language::French, text);
    assert_eq!(french(|| elapsed(1_234_567)), "1,2 s");
    assert_eq!(french(|| percent(0.992_9)), "99,2 %");
    assert_eq!(french(|| thousands(1_234_567)), "1\u{202f}234\u{202f}567");
    assert_eq!(french(|| period(0.5)), "0,5 s");
    assert_eq!(french(|| measured(1.841e18)), "1,84\u{a0}×\u{a0}10¹⁸");
    assert_eq!(french(|| age(48 * 3_600_000)), "2 j");
    assert_eq!(french(|| duration(90_000_000)), "1 j 1 h");
}
