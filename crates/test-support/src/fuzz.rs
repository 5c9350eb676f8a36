//! Every parser of text that others write, fed with anything. None may panic, exhaust the stack or run for ever.
//!
//! A normal run tries a few hundred inputs for each. With `PLATUS_FUZZ_SECONDS=3600 cargo test --workspace --lib fuzzing` each one goes
//! on for that long, and prints the number of inputs with `-- --nocapture`. What is found is shrunk, printed, and kept in
//! `proptest-regressions` to be tried again.

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{TestError, TestRunner};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Inputs that a normal run tries.
const CASES: u32 = 256;

/// Longest input, in bytes, but for what a change adds.
const LONGEST: usize = 2_000;

/// What is put into inputs besides single bytes: what parsers treat in a way of its own.
const PIECES: [&str; 44] = [
    "\0",
    "\r\n",
    "\n",
    "\t",
    " ",
    "\"",
    "'",
    "\\",
    "\\u",
    "\\ud800",
    "{{",
    "}}",
    "{{#if title}}",
    "{{/if}}",
    "{{else}}",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ",",
    ";",
    "=",
    "|",
    "-",
    "+",
    "$",
    "..",
    "?",
    "*",
    "#",
    "&a ",
    "*a",
    "<<: ",
    "\u{202e}",
    "\u{feff}",
    "ü",
    "9223372036854775808",
    "1e999",
    "NaN",
    "-0",
    "+262142-12-31T23:59:59Z",
];

/// One change of an input: where, how many bytes are taken away, and what comes in their place how often.
type Change = (Index, usize, Vec<u8>, usize);

fn input(corpus: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ];
    let times = prop_oneof![8 => Just(1usize), 1 => 2..40usize, 1 => 40..3_000usize];
    let change = (any::<Index>(), 0..12usize, piece, times);
    let changed = (select(corpus), vec(change, 0..10)).prop_map(|(seed, changes)| changed(seed, changes));
    prop_oneof![9 => changed, 1 => vec(any::<u8>(), 0..LONGEST)]
}

fn changed(seed: &str, changes: Vec<Change>) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for (place, taken, piece, times) in changes {
        let at = place.index(bytes.len() + 1);
        let end = (at + taken).min(bytes.len());
        bytes.splice(at..end, piece.repeat(times));
    }
    bytes
}

/// Headers, a line for each, and what follows an empty line. Lines that are no header are left out, as HTTP leaves them out.
pub fn headers_and_body(bytes: &[u8]) -> (HeaderMap, &[u8]) {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 2..]));
    let mut headers = HeaderMap::new();
    for line in head.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(line[colon + 1..].trim_ascii()))
        {
            headers.append(name, value);
        }
    }
    (headers, body)
}

/// Runs a parser until something is wrong or the time is over.
///
/// # Panics
///
/// When the parser does.
#[track_caller]
#[expect(clippy::print_stdout, reason = "how much was tried, for a test that runs for hours")]
pub fn fuzz(corpus: &'static [&'static str], parse: fn(&[u8]), source: &'static str) {
    corpus.iter().for_each(|seed| parse(seed.as_bytes()));
    #[expect(clippy::disallowed_methods, reason = "the duration is given in the environment")]
    let seconds = std::env::var("PLATUS_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
    let end = Instant::now() + Duration::from_secs(seconds);
    let config = ProptestConfig { cases: CASES, source_file: Some(source), ..ProptestConfig::default() };
    let (begun, inputs) = (Instant::now(), Cell::new(0_u64));
    loop {
        // A runner counts its inputs, and one that has tried enough of them tries no more.
        let mut runner = TestRunner::new(config.clone());
        let result = runner.run(&input(corpus), |bytes| {
            parse(&bytes);
            inputs.set(inputs.get() + 1);
            Ok(())
        });
        match result {
            Ok(()) if Instant::now() >= end => {
                if seconds > 0 {
                    let name = std::thread::current().name().unwrap_or_default().to_owned();
                    println!("{name}: {} inputs in {:.0} s", inputs.get(), begun.elapsed().as_secs_f64());
                }
                return;
            }
            Ok(()) => {}
            Err(TestError::Fail(why, bytes)) => panic!("{why}: {:?}", String::from_utf8_lossy(&bytes)),
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
    }
}

/// Makes a test of each parser: `name: function, [inputs to begin with];`.
#[macro_export]
macro_rules! parsers {
    ($($name:ident: $parse:path, $corpus:expr;)*) => {
        $(#[test]
        fn $name() {
            $crate::fuzz::fuzz(&$corpus, $parse, file!());
        })*
    };
}
