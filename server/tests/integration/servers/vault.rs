use super::{ServerProcess, folder, free_port, tool};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// `RustyVault`, which speaks as Vault does: over HTTP or TLS, sealed at first as Vault is, with the store of keys and values in version 1
/// under `kv/` and logins by `AppRole` and user and password. It has no version 2, does not enforce policies and lets no token expire.
pub(crate) struct VaultServer {
    pub(crate) port: u16,
    pub(crate) root_token: String,
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

    async fn launch(certificate: Option<Certificate<'_>>) -> Self {
        let (folder, port) = (folder(), free_port());
        let file = |path: Option<&Path>| path.map(|path| path.display().to_string()).unwrap_or_default();
        // Its reader of this language wants each key on a line of its own.
        let settings = format!(
            "storage \"file\" {{\n  path = \"{0}/data\"\n}}\nlistener \"tcp\" {{\n  address = \"127.0.0.1:{port}\"\n  tls_disable = \"{1}\"\n  \
             tls_cert_file = \"{2}\"\n  tls_key_file = \"{3}\"\n  tls_disable_client_certs = \"true\"\n}}\n\
             api_addr = \"http://127.0.0.1:{port}\"\nlog_level = \"info\"\nlog_format = \"{{date}} {{req.path}}\"\npid_file = \"{0}/pid\"\n\
             work_dir = \"{0}/work\"\ndaemon = false\n",
            folder.path().display(),
            certificate.is_none(),
            file(certificate.as_ref().map(|certificate| certificate.cert)),
            file(certificate.as_ref().map(|certificate| certificate.key)),
        );
        fs::write(folder.path().join("vault.hcl"), settings).unwrap();
        let process = Self::run(&folder, port);
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).build().unwrap();
        let protocol = if certificate.is_some() { "https" } else { "http" };
        let mut vault = Self { port, root_token: String::new(), process, unseal_key: String::new(), protocol, client, folder };
        let keys = vault.call(Method::PUT, "sys/init", json!({"secret_shares": 1, "secret_threshold": 1})).await;
        vault.root_token = keys["root_token"].as_str().unwrap().to_owned();
        vault.unseal_key = keys["keys"][0].as_str().unwrap().to_owned();
        vault.unseal().await;
        vault.call(Method::POST, "sys/mounts/kv", json!({"type": "kv"})).await;
        vault
    }

    fn run(folder: &TempDir, port: u16) -> ServerProcess {
        let program = tool("rusty-vault-0.2.1/bin/rvault");
        let mut process = ServerProcess::start(folder.path(), "vault", &program, &["server", "--config", "vault.hcl"], &[]);
        process.wait_for_port(port);
        process
    }

    /// Ends it at once; it keeps what was written.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it once more. It is sealed then.
    pub(crate) fn start_again(&mut self) {
        self.process = Self::run(&self.folder, self.port);
    }

    pub(crate) async fn unseal(&self) {
        let sealed = self.call(Method::PUT, "sys/unseal", json!({"key": self.unseal_key})).await;
        assert_eq!(sealed["sealed"], false, "{sealed}");
    }

    /// Writes a secret below `kv/`.
    pub(crate) async fn write(&self, path: &str, fields: Value) {
        self.call(Method::POST, &format!("kv/{path}"), fields).await;
    }

    /// A request as its administrator. The answer is empty where its body is.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let address = format!("{}://127.0.0.1:{}/v1/{path}", self.protocol, self.port);
        let mut request = self.client.request(method, address).header("X-Vault-Token", &self.root_token);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Adds an application that may log in. Returns its two ids.
    pub(crate) async fn add_app_role(&self, name: &str) -> (String, String) {
        self.call(Method::POST, "sys/auth/approle", json!({"type": "approle"})).await;
        self.call(Method::POST, &format!("auth/approle/role/{name}"), json!({"policies": "default"})).await;
        let role = self.call(Method::GET, &format!("auth/approle/role/{name}/role-id"), Value::Null).await;
        let secret = self.call(Method::POST, &format!("auth/approle/role/{name}/secret-id"), json!({})).await;
        let id = |answer: &Value, key: &str| answer["data"][key].as_str().unwrap().to_owned();
        (id(&role, "role_id"), id(&secret, "secret_id"))
    }

    /// The lines of `vault_backend` with this way to log in.
    pub(crate) fn backend(&self, login: &str) -> String {
        let (port, protocol) = (self.port, self.protocol);
        format!(
            "vault: true\nvault_backend:\n  host: 127.0.0.1\n  port: {port}\n  protocol: {protocol}\n  path: /v1/kv/\n  cache_ttl: 0.2\n  {login}\n"
        )
    }
}
