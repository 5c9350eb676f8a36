//! Fuzzes the parsers of this crate; see `test_support::fuzz`.

test_support::parsers! {
    documents_of_mongodb: crate::mongodb::fuzz::document, [
        "\u{20}\0\0\0\u{3}a\0\u{18}\0\0\0\u{4}b\0\u{10}\0\0\0\u{3}0\0\u{8}\0\0\0\u{a}c\0\0\0\0\0",
        "\u{23}\0\0\0\u{f}a\0\u{1b}\0\0\0\u{4}\0\0\0f()\0\u{f}\0\0\0\u{2}b\0\u{3}\0\0\0cd\0\0\0",
        "\u{27}\0\0\0\u{b}a\0b.*\0i\0\u{5}c\0\u{2}\0\0\0\0xy\u{1}d\0\0\0\0\0\0\0\0\0\u{8}e\0\u{1}\0",
    ];
}
