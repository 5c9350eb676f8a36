mod choice;

use super::{ServerProcess, folder, free_port};
use crate::waiting;
use choice::Program;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The policy that reads all of `kv/`.
pub(crate) const KV_READER: &str = "kv-reader";

/// Vault: over HTTP or TLS, sealed at first, with the store of keys and values in version 1 under `kv/`. It is `OpenBao` or Vault itself
/// where the machine has one of them, else `RustyVault`, which speaks as they do, but has no version 2, does not enforce policies and
/// lets no token expire.
pub(crate) struct VaultServer {
    pub(crate) port: u16,
    pub(crate) root_token: String,
    program: &'static Program,
    process: ServerProcess,
    unseal_key: String,
    protocol: &'static str,
    client: Client,
    folder: TempDir,
}

/// Certificate and key in PEM files, and the authority that has signed them.
pub(crate) struct Certificate<'a> {
    pub(crate) cert: &'a Path,
    pub(crate) key: &'a Path,
}

impl VaultServer {
    pub(crate) async fn start() -> Self {
        Self::launch(None).await
    }

    pub(crate) async fn start_with_tls(certificate: Certificate<'_>) -> Self {
        Self::launch(Some(certificate)).await
    }

    /// One that does all that Vault does, if the machine has it.
    pub(crate) async fn start_whole() -> Option<Self> {
        match Program::chosen() {
            Program::Whole(_) => Some(Self::start().await),
            Program::RustyVault(_) => None,
        }
    }

    async fn launch(certificate: Option<Certificate<'_>>) -> Self {
        let (program, folder, port) = (Program::chosen(), folder(), free_port());
        let settings = match program {
            Program::Whole(_) => whole_settings(folder.path(), port, certificate.as_ref()),
            Program::RustyVault(_) => rusty_vault_settings(folder.path(), port, certificate.as_ref()),
        };
        fs::write(folder.path().join("vault.hcl"), settings).unwrap();
        let process = Self::run(program, &folder, port);
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).build().unwrap();
        let protocol = if certificate.is_some() { "https" } else { "http" };
        let (root_token, unseal_key) = Default::default();
        let mut vault = Self { port, root_token, program, process, unseal_key, protocol, client, folder };
        let keys = vault.call(Method::PUT, "sys/init", json!({"secret_shares": 1, "secret_threshold": 1})).await;
        vault.root_token = keys["root_token"].as_str().unwrap().to_owned();
        vault.unseal_key = keys["keys"][0].as_str().unwrap().to_owned();
        vault.unseal().await;
        vault.call(Method::POST, "sys/mounts/kv", json!({"type": "kv", "options": {"version": "1"}})).await;
        if matches!(program, Program::Whole(_)) {
            vault.add_policy(KV_READER, "kv/*", "read").await;
        }
        vault
    }

    fn run(program: &Program, folder: &TempDir, port: u16) -> ServerProcess {
        let (program, arguments) = match program {
            Program::Whole(program) => (program, ["server", "-config=vault.hcl"].as_slice()),
            Program::RustyVault(program) => (program, ["server", "--config", "vault.hcl"].as_slice()),
        };
        let mut process = ServerProcess::start(folder.path(), "vault", program, arguments, &[]);
        process.wait_for_port(port);
        process
    }

    /// Ends it at once; it keeps what was written.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Stops it where it is: connections come about, and nothing answers.
    pub(crate) fn pause(&self) {
        self.process.pause();
    }

    /// Starts it once more. It is sealed then.
    pub(crate) fn start_again(&mut self) {
        self.process = Self::run(self.program, &self.folder, self.port);
    }

    pub(crate) async fn unseal(&self) {
        let sealed = self.call(Method::PUT, "sys/unseal", json!({"key": self.unseal_key})).await;
        assert_eq!(sealed["sealed"], false, "{sealed}");
        if matches!(self.program, Program::Whole(_)) {
            // It elects itself first, being a cluster of one.
            waiting::until("Vault is active", async || self.ask(Method::GET, "sys/health", Value::Null).await.0 == StatusCode::OK)
                .await;
        }
    }

    /// Writes a secret below `kv/`.
    pub(crate) async fn write(&self, path: &str, fields: Value) {
        self.call(Method::POST, &format!("kv/{path}"), fields).await;
    }

    /// A request as its administrator. The answer is empty where its body is.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status.is_success(), "{path}: {status}: {answer}");
        answer
    }

    /// The same where a refusal is an answer as well.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let address = format!("{}://127.0.0.1:{}/v1/{path}", self.protocol, self.port);
        let mut request = self.client.request(method, address).header("X-Vault-Token", &self.root_token);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status(), serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
    }

    /// Adds a policy for one path, which may end in `*`. Capabilities are separated by commas.
    pub(crate) async fn add_policy(&self, name: &str, path: &str, capabilities: &str) {
        let capabilities: Vec<_> = capabilities.split(',').map(str::trim).collect();
        let policy = format!("path \"{path}\" {{ capabilities = {} }}", json!(capabilities));
        self.call(Method::POST, &format!("sys/policies/acl/{name}"), json!({"policy": policy})).await;
    }

    /// Adds an application that may log in at `mount`, with these properties of its role. Returns its two ids.
    pub(crate) async fn add_app_role(&self, mount: &str, properties: Value) -> (String, String) {
        self.call(Method::POST, &format!("sys/auth/{mount}"), json!({"type": "approle"})).await;
        self.call(Method::POST, &format!("auth/{mount}/role/platus"), properties).await;
        let role = self.call(Method::GET, &format!("auth/{mount}/role/platus/role-id"), Value::Null).await;
        let secret = self.call(Method::POST, &format!("auth/{mount}/role/platus/secret-id"), json!({})).await;
        let id = |answer: &Value, key: &str| answer["data"][key].as_str().unwrap().to_owned();
        (id(&role, "role_id"), id(&secret, "secret_id"))
    }

    /// The lines of `vault_backend` with this way to log in, for secrets below `kv/`.
    pub(crate) fn backend(&self, login: &str) -> String {
        self.backend_at("kv", login)
    }

    /// The same for secrets of another mount.
    pub(crate) fn backend_at(&self, mount: &str, login: &str) -> String {
        let (port, protocol) = (self.port, self.protocol);
        format!(
            "vault: true\nvault_backend:\n  host: 127.0.0.1\n  port: {port}\n  protocol: {protocol}\n  path: /v1/{mount}/\n  cache_ttl: 0.2\n  {login}\n"
        )
    }
}

/// As `OpenBao` 2 and Vault 1 both read it. The storage is a cluster of one, since `OpenBao` has given up the storage in plain files, and
/// what is kept in memory is not there after a restart.
fn whole_settings(folder: &Path, port: u16, certificate: Option<&Certificate<'_>>) -> String {
    let (data, cluster_port) = (folder.join("data"), free_port());
    // Vault does not make it.
    fs::create_dir(&data).unwrap();
    let (protocol, tls) = match certificate {
        Some(Certificate { cert, key }) => {
            ("https", format!("tls_cert_file = \"{}\"\n  tls_key_file = \"{}\"", cert.display(), key.display()))
        }
        None => ("http", "tls_disable = true".to_owned()),
    };
    format!(
        "storage \"raft\" {{\n  path = \"{}\"\n  node_id = \"platus\"\n  performance_multiplier = \"1\"\n}}\n\
         listener \"tcp\" {{\n  address = \"127.0.0.1:{port}\"\n  cluster_address = \"127.0.0.1:{cluster_port}\"\n  {tls}\n}}\n\
         api_addr = \"{protocol}://127.0.0.1:{port}\"\ncluster_addr = \"https://127.0.0.1:{cluster_port}\"\n\
         disable_mlock = true\nui = false\n",
        data.display(),
    )
}

/// The reader of this language in `RustyVault` wants each key on a line of its own, and keys that Vault does not know.
fn rusty_vault_settings(folder: &Path, port: u16, certificate: Option<&Certificate<'_>>) -> String {
    let file = |path: Option<&Path>| path.map(|path| path.display().to_string()).unwrap_or_default();
    format!(
        "storage \"file\" {{\n  path = \"{0}/data\"\n}}\nlistener \"tcp\" {{\n  address = \"127.0.0.1:{port}\"\n  tls_disable = \"{1}\"\n  \
         tls_cert_file = \"{2}\"\n  tls_key_file = \"{3}\"\n  tls_disable_client_certs = \"true\"\n}}\n\
         api_addr = \"http://127.0.0.1:{port}\"\nlog_level = \"info\"\nlog_format = \"{{date}} {{req.path}}\"\npid_file = \"{0}/pid\"\n\
         work_dir = \"{0}/work\"\ndaemon = false\n",
        folder.display(),
        certificate.is_none(),
        file(certificate.map(|certificate| certificate.cert)),
        file(certificate.map(|certificate| certificate.key)),
    )
}
