use super::{ServerProcess, folder, free_port};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use tempfile::TempDir;
use url::form_urlencoded::Serializer;

const START: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/targets/moto.sh");

/// moto, an emulator of AWS, which keeps everything in memory. Its regions know nothing of one another, so that tests which share it
/// take one each.
pub(crate) struct MotoServer {
    port: u16,
    _process: ServerProcess,
    _folder: TempDir,
}

impl MotoServer {
    /// One that takes every key.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// One that looks at keys and rights after this many requests, which are there to make users.
    pub(crate) fn start_with_authorization_after(n_requests: u32) -> Self {
        Self::start_with(&[("INITIAL_NO_AUTH_ACTION_COUNT", &n_requests.to_string())])
    }

    fn start_with(environment: &[(&str, &str)]) -> Self {
        let (folder, port) = (folder(), free_port());
        let mut process = ServerProcess::start(folder.path(), "moto", START, &[&port.to_string()], environment);
        process.wait_for_port(port);
        Self { port, _process: process, _folder: folder }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The XML that a service answers. The request has a dummy signature.
    #[track_caller]
    pub(crate) fn call(&self, service: &str, region: &str, action: &str, parameters: &[(&str, &str)]) -> String {
        let body = Serializer::new(String::new()).append_pair("Action", action).extend_pairs(parameters).finish();
        let credential = format!("dummy/20260101/{region}/{service}/aws4_request");
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        write!(
            stream,
            "POST / HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=none\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.lines().next().is_some_and(|line| line.contains(" 200 ")), "{action}: {answer}");
        answer
    }

    /// Starts instances in one reservation, with these tags, and returns their ids.
    #[track_caller]
    pub(crate) fn run_instances(&self, region: &str, number: usize, tags: &[(&str, &str)]) -> Vec<String> {
        let number = number.to_string();
        let mut parameters: Vec<(String, String)> = [
            ("ImageId", "ami-12345678"),
            ("MinCount", &number),
            ("MaxCount", &number),
            ("TagSpecification.1.ResourceType", "instance"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        for (index, (key, value)) in tags.iter().enumerate() {
            parameters.push((format!("TagSpecification.1.Tag.{}.Key", index + 1), (*key).to_owned()));
            parameters.push((format!("TagSpecification.1.Tag.{}.Value", index + 1), (*value).to_owned()));
        }
        if tags.is_empty() {
            parameters.pop();
        }
        let parameters: Vec<_> = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        elements(&self.call("ec2", region, "RunInstances", &parameters), "instanceId")
    }
}

/// The texts of all elements of this name.
pub(crate) fn elements(xml: &str, name: &str) -> Vec<String> {
    let (opening, closing) = (format!("<{name}>"), format!("</{name}>"));
    let texts = xml.split(&opening).skip(1).filter_map(|rest| rest.split_once(&closing));
    texts.map(|(text, _)| text.to_owned()).collect()
}
