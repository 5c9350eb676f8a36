//! Answers that are not quite HTTP, which browsers, curl and Python's requests read, and answers that no client can read.

use super::*;

fn with_head(lines: &str) -> OddServer {
    OddServer::answering(format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: 2\r\n\r\nok"))
}

#[tokio::test]
async fn odd_headers_are_read_or_passed_over() {
    for lines in [
        "X-Folded: one\r\n two\r\n\tthree\r\n",
        "X-Blank : before the colon\r\n",
        "X Inner Blank: yes\r\n",
        "X-Brackets[]: yes\r\n",
        "X-Ümlaut: yes\r\n",
        ": without a name\r\n",
        "no colon at all\r\n",
        "X-Control: a\u{1}b\r\n",
    ] {
        let server = with_head(lines);
        for method in ["GET", "POST"] {
            assert_operational(look(at_odd(&server, json!({"method": method})), json!({"search": "^ok$"})).await);
        }
    }
    // What comes after such a line still counts.
    let moved = OddServer::answering("HTTP/1.1 302 Found\r\nX Odd: yes\r\nLocation :\r\n /there\r\nContent-Length: 0\r\n\r\n");
    assert_operational(look(at_odd(&moved, json!({})), json!({"expect_status": 302})).await);
    let followed = look(at_odd(&moved, json!({})), json!({})).await;
    assert_unknown(followed, &format!("the redirects of {} form a loop", moved.address));
}

#[tokio::test]
async fn many_headers_are_read_up_to_a_mebibyte() {
    for (count, length) in [(101, 10), (5_000, 10), (900, 1_000)] {
        let lines: String = (0..count).map(|number| format!("X-Header-{number}: {}\r\n", "x".repeat(length))).collect();
        let server = with_head(&lines);
        for method in ["GET", "POST"] {
            let service = service(at_odd(&server, json!({"method": method})), json!({"search": "^ok$"}));
            for _ in 0..2 {
                assert_operational(observe(service.as_ref()).await);
            }
        }
        // Nothing is sent twice that must not be, and what is found out is remembered.
        assert_eq!(server.requests().iter().filter(|head| head.starts_with("post")).count(), 2);
        assert!(server.requests().len() <= 5, "{}", server.requests().len());
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_called_silence() {
    let too_many: String = (0..2_000).map(|number| format!("X-Header-{number}: {}\r\n", "x".repeat(1_000))).collect();
    let cases = [
        (
            format!("HTTP/1.1 200 OK\r\n{too_many}\r\n"),
            "SERVER answered, but with more headers than are read: 16384 of them, or 1 MiB",
        ),
        (
            "SSH-2.0-OpenSSH_9.6\r\n\r\n".to_owned(),
            "SERVER answered, but not with valid HTTP: its first line does not begin with HTTP/1.0 or HTTP/1.1 and one blank",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n".to_owned(),
            "SERVER answered, but not with valid HTTP: its Content-Length is not one whole number",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nok".to_owned(),
            "SERVER answered, but not with valid HTTP: its Content-Length is not one whole number",
        ),
        (
            "HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\nok".to_owned(),
            "SERVER answered, but not with valid HTTP: its first line does not have a code of three digits between single blanks",
        ),
        (
            "HTTP/1.1\t200 OK\r\nContent-Length: 2\r\n\r\nok".to_owned(),
            "SERVER answered, but not with valid HTTP: its first line does not begin with HTTP/1.0 or HTTP/1.1 and one blank",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\r\n0\r\n\r\n".to_owned(),
            "SERVER answered, but its body is not in chunks as HTTP has them: a length is no hexadecimal number, or a line does not \
             end with CR and LF",
        ),
        ("HTTP/1.1 200 OK\r\nX-Half: of".to_owned(), "SERVER answered, but ended the connection before the end of the headers"),
    ];
    for (answer, message) in cases {
        let server = OddServer::breaking_off_after(answer);
        let seen = look(at_odd(&server, json!({})), json!({"search": "x"})).await;
        assert_unknown(seen, &message.replace("SERVER", &server.address.to_string()));
    }
    let stalling = OddServer::answering("HTTP/1.1 200 OK\r\nX-Half: of");
    let seen = look(at_odd(&stalling, json!({"timeout": 2})), json!({})).await;
    assert_unknown(seen, "no complete answer within 2 s");
}
