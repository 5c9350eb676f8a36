use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A receiver of HTTP requests with configured answers. Everything ends with the process.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// With names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// What is answered to one request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Status, headers, and body.
    Answer(u16, &'static str, String),
    /// Never comes.
    Nothing,
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, "", String::new())
    }
}

impl Receiver {
    pub(crate) fn start() -> Self {
        Self::answering(vec![Reply::Answer(200, "", "ok".to_owned())])
    }

    /// With these answers, one after the other; the last is that to all further requests.
    pub(crate) fn answering(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let receiver = Self { address, requests: Arc::clone(&requests) };
        let replies = Arc::new(replies);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (requests, replies) = (Arc::clone(&requests), Arc::clone(&replies));
                thread::spawn(move || serve(stream, &requests, &replies));
            }
        });
        receiver
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    #[track_caller]
    pub(crate) fn only_request(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// What a channel decides of it.
    pub(crate) fn shown(&self) -> Value {
        let usual = ["accept", "accept-encoding", "content-length", "host", "user-agent"];
        let headers: BTreeMap<_, _> = self.headers.iter().filter(|(name, _)| !usual.contains(&name.as_str())).collect();
        json!({"request": format!("{} {}", self.method, self.path), "headers": headers, "body": self.json()})
    }
}

fn serve(mut stream: TcpStream, requests: &Mutex<Vec<Request>>, replies: &[Reply]) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = read(&mut reader) {
        let number = {
            let mut requests = requests.lock().unwrap();
            requests.push(request);
            requests.len()
        };
        let Reply::Answer(status, headers, body) = replies[number.min(replies.len()) - 1].clone() else { continue };
        let head = format!("HTTP/1.1 {status} Status\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).is_err() {
            return;
        }
    }
}

/// The next request; `None` when the client has closed the connection.
pub(crate) fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut words = lines[0].split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: BTreeMap<_, _> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = vec![0; headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, headers, body: String::from_utf8(body).unwrap() })
}
