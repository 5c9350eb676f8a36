use super::*;
use flate2::Compression;
use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};
use reqwest::header::HeaderValue;

const TEXT: &[u8] = b"all is well, and all is well";

fn codings(values: &[&str]) -> Codings {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(CONTENT_ENCODING, HeaderValue::from_str(value).unwrap());
    }
    Codings::of(&headers)
}

fn all(mut reader: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    all(GzEncoder::new(text, Compression::best()))
}

fn zstandard(text: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
}

/// `TEXT` in one block of brotli, which holds it as it is.
fn brotli() -> Vec<u8> {
    let mut bytes = vec![0xb0, 0x01, 0x10];
    bytes.extend(TEXT);
    bytes.push(0x03);
    bytes
}

#[track_caller]
fn check(names: &str, raw: Vec<u8>) {
    let decoded = codings(&[names]).decode(raw, false, 1 << 20).unwrap_or_else(|error| panic!("{names}: {error}"));
    assert_eq!((decoded.bytes.as_slice(), decoded.cut, decoded.flaw), (TEXT, false, None), "{names}");
}

#[test]
fn every_coding_that_is_offered_is_decoded() {
    for name in OFFERED.split(", ") {
        assert!(Coding::named(name).is_some(), "{name}");
    }
    for name in ["gzip", "x-gzip", "GZip", " gzip ", "identity, gzip", ",gzip,"] {
        check(name, gzipped(TEXT));
    }
    check("deflate", all(ZlibEncoder::new(TEXT, Compression::best())));
    check("Deflate", all(DeflateEncoder::new(TEXT, Compression::best())));
    check("br", brotli());
    check("zstd", zstandard(TEXT));
    check("", TEXT.to_vec());
    check("identity", TEXT.to_vec());
}

#[test]
fn several_codings_are_taken_off_in_turn() {
    check("gzip, gzip", gzipped(&gzipped(TEXT)));
    check("deflate, x-gzip", gzipped(&all(ZlibEncoder::new(TEXT, Compression::best()))));
    check("br, zstd", zstandard(&brotli()));
    let decoded = codings(&["deflate", "gzip"]).decode(gzipped(&all(DeflateEncoder::new(TEXT, Compression::best()))), false, 100);
    assert_eq!(decoded.unwrap().bytes, TEXT);
}

#[test]
fn a_body_may_have_several_members_and_padding() {
    let [one, two] = [&TEXT[..10], &TEXT[10..]];
    check("gzip", [gzipped(one), gzipped(two)].concat());
    check("gzip", [gzipped(TEXT), vec![0; 100]].concat());
    check("zstd", [zstandard(one), zstandard(two)].concat());
    check("zstd", [vec![0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3], zstandard(TEXT)].concat());
    check("zstd", [zstandard(TEXT), vec![0; 100]].concat());
    check("br", [brotli(), vec![0; 100]].concat());
}

#[test]
fn an_unknown_coding_is_named_and_what_is_above_it_is_decoded() {
    let unknown = |name: &str| Some(format!("answered with content coding `{name}`, which is not known"));
    for (names, raw, flaw) in [
        ("compress", TEXT.to_vec(), unknown("compress")),
        ("Foo, gzip", gzipped(TEXT), unknown("foo")),
        ("gzip, foo", TEXT.to_vec(), unknown("foo")),
        ("gzip,gzip,gzip,gzip,gzip,gzip", TEXT.to_vec(), Some("answered with 6 content codings, more than 5".to_owned())),
    ] {
        let decoded = codings(&[names]).decode(raw, false, 100).unwrap();
        assert_eq!((decoded.bytes.as_slice(), decoded.flaw), (TEXT, flaw), "{names}");
    }
    let long = "x".repeat(1000);
    assert!(codings(&[&long]).obstacle.unwrap().len() < 100);
}

#[test]
fn what_comes_out_is_bounded() {
    let zeros = vec![0; 10 << 20];
    for (name, raw) in [
        ("gzip", gzipped(&zeros)),
        ("deflate", all(ZlibEncoder::new(&*zeros, Compression::best()))),
        ("zstd", zstandard(&zeros)),
        ("gzip, gzip", gzipped(&gzipped(&zeros))),
        ("br, gzip", gzipped(&brotli())),
        ("gzip, gzip, gzip", gzipped(&gzipped(&gzipped(&zeros)))),
    ] {
        let decoded = codings(&[name]).decode(raw, false, 20).unwrap();
        assert!(decoded.bytes.len() <= 20 && decoded.cut && decoded.flaw.is_none(), "{name}");
    }
    let whole = codings(&["br"]).decode(brotli(), false, TEXT.len()).unwrap();
    assert_eq!((whole.bytes.as_slice(), whole.cut), (TEXT, false));
    // What cannot be compressed is longer in between.
    let whole = codings(&["gzip, gzip"]).decode(gzipped(&gzipped(TEXT)), false, TEXT.len()).unwrap();
    assert_eq!((whole.bytes.as_slice(), whole.cut), (TEXT, false));
    let whole = codings(&["gzip"]).decode(gzipped(TEXT), false, TEXT.len()).unwrap();
    assert_eq!((whole.bytes.as_slice(), whole.cut), (TEXT, false));
}

#[test]
fn a_body_that_ends_too_early_gives_what_there_is() {
    let text: Vec<u8> = (0..=u8::MAX).cycle().take(5000).map(|byte| byte.wrapping_mul(byte)).collect();
    for (name, raw, shown) in [
        ("gzip", gzipped(&text), "gzip"),
        ("deflate", all(ZlibEncoder::new(&*text, Compression::best())), "deflate"),
        ("br", brotli(), "brotli"),
        ("zstd", zstandard(&text), "zstd"),
    ] {
        let half = raw[..raw.len() - 4].to_vec();
        let decoded = codings(&[name]).decode(half.clone(), false, 1 << 20).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(decoded.flaw, Some(format!("the {shown} body ends too early")));
        // Unless it was not read further.
        let decoded = codings(&[name]).decode(half, true, 1 << 20).unwrap();
        assert!(decoded.cut && decoded.flaw.is_none(), "{name}");
    }
    for name in OFFERED.split(", ") {
        assert_eq!(codings(&[name]).decode(Vec::new(), false, 9), Ok(Decoded::default()), "{name}");
    }
}

#[test]
fn what_has_another_coding_is_an_error() {
    for (name, shown) in [("gzip", "gzip"), ("deflate", "deflate"), ("br", "brotli"), ("zstd", "zstd")] {
        let error = codings(&[name]).decode(b"<html>marker</html>".to_vec(), false, 100).expect_err(name);
        assert!(error.starts_with(&format!("its body is no valid {shown}: ")) && !error.contains("marker"), "{error}");
    }
}
