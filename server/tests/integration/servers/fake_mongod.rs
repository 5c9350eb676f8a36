//! A fake of a MongoDB server, for answers that no real one gives. It speaks as much of the protocol as a client needs to ask it.

use mongodb::bson::{Document, RawDocumentBuf, doc, serialize_to_vec};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Bytes of the header of a message, and between it and the document.
const HEADER: usize = 16;
const BEFORE: usize = 5;

/// The kind of all messages.
const MSG: i32 = 2013;

/// How a value holds documents in one another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Nesting {
    Documents,
    Arrays,
    /// Code, each with a scope that has the next one.
    Scopes,
}

pub(crate) struct FakeMongod {
    pub(crate) port: u16,
    is_closed: Arc<AtomicBool>,
}

impl FakeMongod {
    /// Answers each command with what `answer` makes of its name. It ends with the process.
    pub(crate) fn answering(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::bound().answering(answer)
    }

    /// A server that answers later, so that answers can have its port.
    pub(crate) fn bound() -> Bound {
        Bound(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap())
    }

    pub(crate) fn name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// From now on it takes no new connection, and goes on answering on those that it has.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        // The listener is closed when it has taken this one, or refuses one already.
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {}
    }
}

pub(crate) struct Bound(TcpListener);

impl Bound {
    pub(crate) fn name(&self) -> String {
        format!("127.0.0.1:{}", self.0.local_addr().unwrap().port())
    }

    pub(crate) fn answering(self, answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> FakeMongod {
        let port = self.0.local_addr().unwrap().port();
        let (answer, is_closed) = (Arc::new(answer), Arc::<AtomicBool>::default());
        let is_to_close = Arc::clone(&is_closed);
        thread::spawn(move || {
            let open = self.0.incoming().flatten().take_while(|_| !is_to_close.load(Ordering::SeqCst));
            for stream in open {
                let answer = Arc::clone(&answer);
                thread::spawn(move || converse(stream, answer.as_ref()));
            }
        });
        FakeMongod { port, is_closed }
    }
}

fn converse(mut stream: TcpStream, answer: &dyn Fn(&str) -> Vec<u8>) -> io::Result<()> {
    loop {
        let mut header = [0; HEADER];
        stream.read_exact(&mut header)?;
        let number = |at: usize| i32::from_le_bytes(header[at..at + 4].try_into().unwrap());
        let mut body = vec![0; usize::try_from(number(0)).unwrap() - HEADER];
        stream.read_exact(&mut body)?;
        // Documents may follow in further sections.
        let length = usize::try_from(i32::from_le_bytes(body[BEFORE..BEFORE + 4].try_into().unwrap())).unwrap();
        let request = RawDocumentBuf::from_bytes(body[BEFORE..BEFORE + length].to_vec()).unwrap();
        let command = request.iter_elements().next().unwrap().unwrap().key().as_str().to_owned();
        let document = answer(&command);
        let length = i32::try_from(HEADER + BEFORE + document.len()).unwrap();
        let head = [length, 1, number(4), MSG].map(i32::to_le_bytes).concat();
        stream.write_all(&[&head[..], &[0; BEFORE], &document].concat())?;
    }
}

/// The answer of a standalone server or, with more, of a member to `hello`.
pub(crate) fn hello(more: Document) -> Document {
    let mut hello = doc! {
        "isWritablePrimary": true, "maxBsonObjectSize": 16 << 20, "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000,
        "minWireVersion": 0, "maxWireVersion": 21, "ok": 1.0,
    };
    hello.extend(more);
    hello
}

/// The answer of a set with one member to `replSetGetStatus`.
pub(crate) fn status(member: &str) -> Document {
    let member = doc! { "name": member, "health": 1.0, "state": 1, "stateStr": "PRIMARY" };
    doc! { "set": "rs0", "members": [member], "ok": 1.0 }
}

pub(crate) fn bytes(document: &Document) -> Vec<u8> {
    serialize_to_vec(document).unwrap()
}

/// The document with another element, in which so many levels are nested.
pub(crate) fn with_nested(document: &Document, nesting: Nesting, levels: usize) -> Vec<u8> {
    let mut bytes = bytes(document);
    bytes.pop();
    bytes.extend(element(nesting, &nested(nesting, levels)));
    finished(bytes)
}

/// Made from the outside in, since the inner ones are copied otherwise.
fn nested(nesting: Nesting, levels: usize) -> Vec<u8> {
    let frame = element(nesting, &[]);
    // Each level adds its length, the beginning of its element, and a zero.
    let added = 4 + frame.len() + 1;
    let mut bytes = Vec::new();
    for level in (1..levels).rev() {
        let length = i32::try_from(5 + level * added).unwrap();
        bytes.extend(length.to_le_bytes());
        let inner = usize::try_from(length).unwrap() - added;
        bytes.extend(beginning(nesting, inner));
    }
    bytes.extend([5, 0, 0, 0]);
    bytes.extend(vec![0; levels]);
    bytes
}

fn element(nesting: Nesting, document: &[u8]) -> Vec<u8> {
    [&beginning(nesting, document.len()), document].concat()
}

/// The bytes of an element before its document, which has this length.
fn beginning(nesting: Nesting, length: usize) -> Vec<u8> {
    match nesting {
        Nesting::Documents => vec![3, b'0', 0],
        Nesting::Arrays => vec![4, b'0', 0],
        Nesting::Scopes => {
            let length = i32::try_from(4 + 6 + length).unwrap().to_le_bytes();
            [&[15, b'0', 0][..], &length, &[2, 0, 0, 0, b'x', 0]].concat()
        }
    }
}

fn finished(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.push(0);
    let length = i32::try_from(bytes.len()).unwrap();
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    bytes
}
