//! Real MongoDB servers: single ones, and replica sets.

use super::{ServerProcess, free_port, tool};
use crate::targets::targets;
use crate::waiting;
use mongodb::Client;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::Result;
use mongodb::options::{ClientOptions, Credential, ServerAddress, Tls, TlsOptions};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// How long a set may take to become what a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The member that every set has first, and that becomes its primary when it can.
pub(crate) const FAVOURITE: usize = 0;

/// May do anything.
pub(crate) const ADMIN: Login = Login { username: "admin", password: "admin-password" };

/// Has the role that the check needs, and no other.
pub(crate) const MONITOR: Login = Login { username: "monitor", password: "monitor-password" };

/// May see the state of the set, and not its configuration.
pub(crate) const WATCHER: Login = Login { username: "watcher", password: "watcher-password" };

/// May only read and write data.
pub(crate) const STRANGER: Login = Login { username: "stranger", password: "stranger-password" };

#[derive(Clone, Copy)]
pub(crate) struct Login {
    pub(crate) username: &'static str,
    pub(crate) password: &'static str,
}

/// One server. What it stores is quick to make and is removed by a later run of the tests.
pub(crate) struct Mongod {
    pub(crate) port: u16,
    folder: PathBuf,
    settings: Vec<String>,
    pub(crate) process: ServerProcess,
}

impl Mongod {
    /// Starts it with further settings, such as `["--replSet", "rs0"]`, and waits until it answers.
    pub(crate) fn start(settings: &[&str]) -> Self {
        Self::start_in(lasting_folder(), free_port(), settings.iter().map(|&setting| setting.to_owned()).collect())
    }

    fn start_in(folder: PathBuf, port: u16, settings: Vec<String>) -> Self {
        let process = Self::process(&folder, port, &settings);
        Self { port, folder, settings, process }
    }

    fn process(folder: &Path, port: u16, settings: &[String]) -> ServerProcess {
        let (port_text, program) = (port.to_string(), program());
        let addresses = if settings.iter().any(|setting| setting == "--ipv6") { "127.0.0.1,::1" } else { "127.0.0.1" };
        let mut arguments = vec!["--dbpath", ".", "--port", &port_text, "--bind_ip", addresses, "--nounixsocket"];
        arguments.extend([
            "--wiredTigerCacheSizeGB",
            "0.25",
            "--wiredTigerEngineConfigString",
            "log=(prealloc=false,file_max=4MB)",
        ]);
        arguments.extend(["--setParameter", "enableTestCommands=1", "--setParameter", "diagnosticDataCollectionEnabled=false"]);
        arguments.extend(settings.iter().map(String::as_str));
        let mut process = ServerProcess::start(folder, "mongod", &program, &arguments, &[]);
        process.wait_for_port(port);
        process
    }

    pub(crate) fn name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts it again with what it has stored, after it was killed.
    pub(crate) fn restart(&mut self) {
        self.process = Self::process(&self.folder, self.port, &self.settings);
    }

    /// The same with other settings.
    pub(crate) fn restart_with(&mut self, settings: &[&str]) {
        self.process.kill();
        self.settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        self.restart();
    }

    /// Runs a command on its database `admin`.
    pub(crate) async fn run(&self, login: Option<Login>, command: Document) -> Result<Document> {
        self.run_with(login, None, command).await
    }

    pub(crate) async fn run_with(&self, login: Option<Login>, tls: Option<Tls>, command: Document) -> Result<Document> {
        let mut options = ClientOptions::default();
        options.hosts = vec![ServerAddress::Tcp { host: "127.0.0.1".to_owned(), port: Some(self.port) }];
        options.direct_connection = Some(true);
        options.server_selection_timeout = Some(PATIENCE);
        options.tls = tls;
        options.credential = login.map(|login| {
            let mut credential = Credential::default();
            credential.username = Some(login.username.to_owned());
            credential.password = Some(login.password.to_owned());
            credential
        });
        Client::with_options(options)?.database("admin").run_command(command).await
    }

    pub(crate) async fn run_as_admin(&self, command: Document) -> Document {
        self.run(Some(ADMIN), command.clone()).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Waits until it takes writes.
    pub(crate) async fn wait_until_primary(&self, tls: Option<Tls>) {
        waiting::until("the members agree", async || {
            let hello = self.run_with(None, tls.clone(), doc! { "hello": 1 }).await;
            hello.is_ok_and(|hello| hello.get_bool("isWritablePrimary").unwrap_or(false))
        })
        .await;
    }
}

/// The files with which a server speaks TLS. They have to be there whenever it starts.
pub(crate) struct TlsFiles {
    folder: TempDir,
}

impl TlsFiles {
    pub(crate) fn new() -> Self {
        Self::of("server")
    }

    /// With a certificate such as `self-signed`.
    pub(crate) fn of(server: &str) -> Self {
        let folder = super::folder();
        fs::write(folder.path().join("server.pem"), targets().certificate(server) + &targets().key(server)).unwrap();
        Self { folder }
    }

    /// The settings of a server that speaks TLS in this mode, such as `requireTLS`, with clients that show no certificate.
    pub(crate) fn settings(&self, mode: &str) -> Vec<String> {
        let own = self.folder.path().join("server.pem").display().to_string();
        let files = ["--tlsMode", mode, "--tlsCertificateKeyFile", &own, "--tlsCAFile", targets().get("CA")];
        files.into_iter().chain(["--tlsAllowConnectionsWithoutCertificates"]).map(str::to_owned).collect()
    }

    /// How a client connects.
    pub(crate) fn client(&self) -> Tls {
        let mut options = TlsOptions::default();
        options.ca_file_path = Some(targets().get("CA").into());
        Tls::Enabled(options)
    }
}

/// A set `rs0` of servers that know one another by a key file, with the users above.
pub(crate) struct ReplicaSet {
    pub(crate) members: Vec<Mongod>,
}

impl ReplicaSet {
    /// Starts a set whose members are configured like this, beside their `_id` and `host`. The first becomes its primary.
    pub(crate) async fn start(members: &[Document]) -> Self {
        let key = lasting_folder().join("key");
        fs::write(&key, "a key that only the members of this set know").unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o400)).unwrap();
        let settings = ["--replSet", "rs0", "--keyFile", key.to_str().unwrap(), "--oplogSize", "16"];
        // They take a second each, so they start together.
        let started: Vec<_> = std::thread::scope(|scope| {
            let starting: Vec<_> = members.iter().map(|_| scope.spawn(|| Mongod::start(&settings))).collect();
            starting.into_iter().map(|mongod| mongod.join().unwrap()).collect()
        });
        let set = Self { members: started };
        set.initiate(members).await;
        set
    }

    async fn initiate(&self, members: &[Document]) {
        let configured = self.members.iter().zip(members).enumerate().map(|(index, (mongod, more))| {
            let mut member = doc! {
                "_id": i32::try_from(index).unwrap(), "host": mongod.name(), "priority": if index == FAVOURITE { 2 } else { 1 },
            };
            member.extend(more.clone());
            member
        });
        let configuration = doc! {
            "_id": "rs0", "members": configured.collect::<Vec<_>>(),
            // A fifth of what is usual, so that tests are quick.
            "settings": { "electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500, "heartbeatTimeoutSecs": 2 },
        };
        let first = &self.members[FAVOURITE];
        first.run(None, doc! { "replSetInitiate": configuration }).await.unwrap();
        first.wait_until_primary(None).await;
        // From the same machine, the first user can be created without a login.
        let user = |login: Login, roles: Bson| doc! { "createUser": login.username, "pwd": login.password, "roles": roles };
        first.run(None, user(ADMIN, vec!["root"].into())).await.unwrap();
        let sees_state = doc! { "resource": { "cluster": true }, "actions": ["replSetGetStatus"] };
        first.run_as_admin(doc! { "createRole": "seesState", "privileges": [sees_state], "roles": [] }).await;
        first.run_as_admin(user(MONITOR, vec!["clusterMonitor"].into())).await;
        first.run_as_admin(user(WATCHER, vec!["seesState"].into())).await;
        first.run_as_admin(user(STRANGER, vec![Bson::from(doc! { "role": "readWrite", "db": "shop" })].into())).await;
        // Members learn of one another by and by, and copy the users.
        self.wait_until_settled(&members.iter().map(|member| member.get_bool("arbiterOnly").unwrap_or(false)).collect::<Vec<_>>())
            .await;
    }

    async fn wait_until_settled(&self, arbiters: &[bool]) {
        let data_bearing = arbiters.iter().filter(|arbiter| !**arbiter).count();
        for (mongod, _) in self.members.iter().zip(arbiters).filter(|(_, arbiter)| !**arbiter) {
            waiting::until("the members agree", async || {
                let Ok(status) = mongod.run(Some(MONITOR), doc! { "replSetGetStatus": 1 }).await else { return false };
                let words: Vec<_> = words(&status);
                let n = |word| words.iter().filter(|other| *other == word).count();
                (n("PRIMARY"), n("SECONDARY"), n("ARBITER")) == (1, data_bearing - 1, arbiters.len() - data_bearing)
            })
            .await;
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.members.iter().map(Mongod::name).collect()
    }
}

/// The states of the members in the words of the server.
fn words(status: &Document) -> Vec<String> {
    let members = status.get_array("members").unwrap().iter();
    members.map(|member| member.as_document().unwrap().get_str("stateStr").unwrap().to_owned()).collect()
}

fn program() -> String {
    tool("mongod-6.0.5/mongod")
}

/// A folder that is there as long as this process, for the server in it may live as long. The next run removes it.
fn lasting_folder() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mongod");
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    if number == 0 {
        for folder in fs::read_dir(&parent).into_iter().flatten().flatten() {
            if !Path::new("/proc").join(folder.file_name()).exists() {
                fs::remove_dir_all(folder.path()).ok();
            }
        }
    }
    let folder = parent.join(std::process::id().to_string()).join(number.to_string());
    // A process before may have had the same number.
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    folder
}
