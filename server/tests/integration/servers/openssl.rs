use super::{ServerProcess, folder, free_port};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A certificate that a test wants: how many days it is valid from now on.
#[derive(Clone, Copy)]
pub(crate) struct Validity {
    pub(crate) own: u32,
    /// Of the authority between the root and the server.
    pub(crate) authority: u32,
}

/// `openssl s_server`, which shows a certificate for localhost and that of the authority that has signed it.
pub(crate) struct TlsServer {
    pub(crate) port: u16,
    /// The root in PEM, which the server does not send.
    pub(crate) root: String,
    _process: ServerProcess,
    _folder: TempDir,
}

/// What is wrong with the certificates of a server, beside a good one of its root.
#[derive(Clone, Copy)]
pub(crate) struct Flaws {
    pub(crate) own: Certificate,
    pub(crate) authority: Certificate,
    /// Whether the server sends that of the authority along.
    pub(crate) sends_authority: bool,
}

/// One certificate as `openssl` is to make it.
#[derive(Clone, Copy)]
pub(crate) struct Certificate {
    /// For `openssl req -newkey`.
    pub(crate) key: &'static str,
    /// The digest with which it is signed.
    pub(crate) digest: &'static str,
    /// Its begin and end, as `20200101000000Z`.
    pub(crate) validity: [&'static str; 2],
    /// One for each line.
    pub(crate) extensions: &'static str,
}

impl Default for Flaws {
    /// Nothing is.
    fn default() -> Self {
        let good = Certificate {
            key: "ec",
            digest: "sha256",
            validity: ["20200101000000Z", "20491231235959Z"],
            extensions: "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1",
        };
        let authority = Certificate { extensions: "basicConstraints=critical,CA:TRUE", ..good };
        Self { own: good, authority, sends_authority: true }
    }
}

impl TlsServer {
    /// Starts one with bad certificates, and waits until it answers.
    pub(crate) fn flawed(flaws: &Flaws) -> Self {
        let (folder, port) = (folder(), free_port());
        make_flawed_certificates(folder.path(), flaws);
        let address = format!("127.0.0.1:{port}");
        // OpenSSL itself refuses to show the worst of them otherwise.
        let mut arguments = vec!["s_server", "-accept", &address, "-cert", "own.crt", "-key", "own.key", "-quiet"];
        arguments.extend(["-cipher", "DEFAULT@SECLEVEL=0"]);
        arguments.extend(flaws.sends_authority.then_some(["-cert_chain", "authority.crt"]).into_iter().flatten());
        let mut process = ServerProcess::start(folder.path(), "openssl", "openssl", &arguments, &[]);
        process.wait_for_port(port);
        let root = fs::read_to_string(folder.path().join("root.crt")).unwrap();
        Self { port, root, _process: process, _folder: folder }
    }

    /// Starts it with further options, such as `["-tls1_2"]`, and waits until it answers.
    pub(crate) fn start(validity: Validity, options: &[&str]) -> Self {
        let (folder, port) = (folder(), free_port());
        make_certificates(folder.path(), validity);
        let address = format!("127.0.0.1:{port}");
        let fixed =
            ["s_server", "-accept", &address, "-cert", "own.crt", "-key", "own.key", "-cert_chain", "authority.crt", "-quiet"];
        let arguments: Vec<&str> = fixed.into_iter().chain(options.iter().copied()).collect();
        let mut process = ServerProcess::start(folder.path(), "openssl", "openssl", &arguments, &[]);
        process.wait_for_port(port);
        let root = fs::read_to_string(folder.path().join("root.crt")).unwrap();
        Self { port, root, _process: process, _folder: folder }
    }
}

/// `openssl ca` is the only command that sets dates of the past, and wants files of its own.
const AUTHORITY: &str = "[ca]
default_ca=d
[d]
database=index.txt
new_certs_dir=.
rand_serial=yes
policy=p
unique_subject=no
[p]
commonName=supplied
";

fn make_flawed_certificates(folder: &Path, flaws: &Flaws) {
    fs::write(folder.join("ca.cnf"), AUTHORITY).unwrap();
    fs::write(folder.join("index.txt"), "").unwrap();
    let curve = ["-pkeyopt", "ec_paramgen_curve:P-256"];
    let root = ["req", "-x509", "-newkey", "ec", "-nodes", "-days", "30", "-keyout", "root.key", "-out", "root.crt"];
    let is_authority = ["-subj", "/CN=Root", "-addext", "basicConstraints=critical,CA:TRUE"];
    openssl(folder, &[&root[..], &is_authority, &curve].concat());
    for (name, subject, signer, certificate) in
        [("authority", "/CN=Authority", "root", flaws.authority), ("own", "/CN=localhost", "authority", flaws.own)]
    {
        let file = |name: &str, ending: &str| format!("{name}.{ending}");
        let (key, request, result) = (file(name, "key"), file(name, "csr"), file(name, "crt"));
        let curve = if certificate.key == "ec" { &curve[..] } else { &[] };
        let asking = ["req", "-newkey", certificate.key, "-nodes", "-keyout", &key, "-out", &request, "-subj", subject];
        openssl(folder, &[&asking[..], curve].concat());
        fs::write(folder.join("extensions"), certificate.extensions).unwrap();
        let (signer, signer_key) = (file(signer, "crt"), file(signer, "key"));
        let [from, until] = certificate.validity;
        let signing = ["ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", &signer, "-keyfile", &signer_key];
        let what = ["-in", &request, "-out", &result, "-md", certificate.digest, "-startdate", from, "-enddate", until];
        openssl(folder, &[&signing[..], &what, &["-extfile", "extensions"]].concat());
    }
}

fn make_certificates(folder: &Path, validity: Validity) {
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let is_authority = "basicConstraints=critical,CA:TRUE";
    let root =
        ["req", "-x509", "-days", "30", "-keyout", "root.key", "-out", "root.crt", "-subj", "/CN=Root", "-addext", is_authority];
    openssl(folder, &[&root[..], &key].concat());
    for (name, subject, signer, days, extension) in [
        ("authority", "/CN=Authority", "root", validity.authority, is_authority),
        ("own", "/CN=localhost", "authority", validity.own, "subjectAltName=DNS:localhost,IP:127.0.0.1"),
    ] {
        let file = |ending: &str| format!("{name}.{ending}");
        let request = ["req", "-keyout", &file("key"), "-out", &file("csr"), "-subj", subject];
        openssl(folder, &[&request[..], &key].concat());
        fs::write(folder.join("extension"), extension).unwrap();
        let (certificate, signer_key) = (format!("{signer}.crt"), format!("{signer}.key"));
        let signing = ["x509", "-req", "-in", &file("csr"), "-CA", &certificate, "-CAkey", &signer_key, "-CAcreateserial"];
        let result = ["-days", &days.to_string(), "-extfile", "extension", "-out", &file("crt")];
        openssl(folder, &[&signing[..], &result].concat());
    }
}

#[track_caller]
fn openssl(folder: &Path, arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("openssl is missing: {error}. Run: scripts/setup.sh test-servers"));
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}
