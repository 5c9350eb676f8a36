use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use url::form_urlencoded;

/// The parameters of a request to EC2, `Action` among them.
pub(crate) type Parameters = BTreeMap<String, String>;

/// Answers as the documentation of EC2 says that EC2 does, where no emulator can be made to: it throttles, its instances fail, its
/// pages do not end.
pub(crate) struct Ec2Stub {
    port: u16,
    requests: Arc<Mutex<Vec<Parameters>>>,
    open: Arc<AtomicUsize>,
}

impl Ec2Stub {
    /// `answer` makes status and XML of an answer out of the parameters of a request. Everything ends with the process.
    pub(crate) fn answering(answer: impl Fn(&Parameters) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (requests, open) = (Arc::default(), Arc::default());
        let stub = Self { port, requests: Arc::clone(&requests), open: Arc::clone(&open) };
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (requests, open, answer) = (Arc::clone(&requests), Arc::clone(&open), Arc::clone(&answer));
                thread::spawn(move || {
                    open.fetch_add(1, Ordering::SeqCst);
                    serve(stream, &requests, answer.as_ref());
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        stub
    }

    /// Refuses every request with this code.
    pub(crate) fn refusing(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::answering(move |_| (status, refusal(code, message)))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What has been asked so far.
    pub(crate) fn requests(&self) -> Vec<Parameters> {
        self.requests.lock().unwrap().clone()
    }

    /// How many connections there are now.
    pub(crate) fn n_connections(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

/// The body with which EC2 refuses a request.
pub(crate) fn refusal(code: &str, message: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>\
         </Errors><RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>"
    )
}

fn serve(mut stream: TcpStream, requests: &Mutex<Vec<Parameters>>, answer: &dyn Fn(&Parameters) -> (u16, String)) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(parameters) = read_request(&mut reader) {
        requests.lock().unwrap().push(parameters.clone());
        let (status, body) = answer(&parameters);
        let head = format!("HTTP/1.1 {status} Status\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n", body.len());
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).is_err() {
            return;
        }
    }
}

/// The parameters of the next request; `None` when the client has closed the connection.
fn read_request(reader: &mut impl BufRead) -> Option<Parameters> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(form_urlencoded::parse(&body).into_owned().collect())
}
