use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A proxy of HTTP that does what the requests say: it passes on what has a whole address, and connects where that is asked for.
pub(crate) struct ProxyServer {
    pub(crate) port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl ProxyServer {
    /// With a login, as the header `Proxy-Authorization` has it, it turns everybody away who has another or none.
    pub(crate) fn start(login: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let server = Self { port, heads: Arc::clone(&heads) };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let heads = Arc::clone(&heads);
                thread::spawn(move || serve(client, login, &heads).ok());
            }
        });
        server
    }

    /// The first lines of the requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.heads.lock().unwrap().iter().map(|head| head.lines().next().unwrap_or_default().to_owned()).collect()
    }
}

fn serve(mut client: TcpStream, login: Option<&str>, heads: &Mutex<Vec<String>>) -> io::Result<()> {
    let head = read_head(&mut client)?;
    heads.lock().unwrap().push(head.clone());
    let header = |name: &str| {
        head.lines()
            .find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value)
    };
    if login.is_some() && header("proxy-authorization") != login {
        return client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    }
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut server = if method == "CONNECT" {
        let Ok(server) = TcpStream::connect(target) else { return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n") };
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        server
    } else {
        let (authority, path) = target.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a whole address");
        let mut server = TcpStream::connect(authority)?;
        let passed_on =
            head.replacen(target, &format!("/{path}"), 1).replacen("\r\n", "\r\nX-Passed-On: yes\r\nConnection: close\r\n", 1);
        server.write_all(passed_on.as_bytes())?;
        server
    };
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        io::copy(&mut from_client, &mut to_server).ok();
        to_server.shutdown(Shutdown::Write).ok();
    });
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)
}

fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
