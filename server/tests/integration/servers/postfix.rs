use super::{ServerProcess, folder, free_port};
use crate::targets::targets;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Programs of the administrator are not on every path.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Of the user `bot@mail.test`.
pub(crate) const PASSWORD: &str = "s3cret";

// Without a log: that is written by a part of its own, which was seen not to start on a busy machine, and all others then wait for it.
const SETTINGS: &str = "
compatibility_level = 3.6
config_directory = @FOLDER@/etc
queue_directory = @FOLDER@/queue
data_directory = @FOLDER@/data
myhostname = mail.test
mydestination =
mynetworks =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = lan.test
virtual_mailbox_base = @FOLDER@/mail
virtual_mailbox_maps = inline:{ ops@lan.test=all/ }
virtual_uid_maps = static:@USER@
virtual_gid_maps = static:@GROUP@
virtual_minimum_uid = 1
smtpd_tls_cert_file = @CERTIFICATE@
smtpd_tls_key_file = @KEY@
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = mail.test
cyrus_sasl_config_path = @FOLDER@/etc/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
";

/// Of two settings with one name the later counts.
const RELAY: &str = "
smtpd_tls_security_level = none
smtpd_sasl_auth_enable = no
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_mynetworks, reject
";

const SERVICES: &str = "
127.0.0.1:@PORT@ inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
";

const SASL: &str = "
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: @FOLDER@/etc/sasldb2
mech_list: PLAIN LOGIN
";

/// The mail server that most people run, private to a test: it has a port, a folder and a queue of its own, knows one recipient, and
/// sends nothing on.
pub(crate) struct Postfix {
    pub(crate) port: u16,
    folder: TempDir,
    _process: ServerProcess,
}

impl Postfix {
    /// It wants TLS and a login.
    pub(crate) fn start() -> Self {
        Self::with("")
    }

    /// A relay of the network: it knows neither TLS nor logins, and takes the mail of its neighbours.
    pub(crate) fn relay() -> Self {
        Self::with(RELAY)
    }

    /// With settings that take the place of those above.
    fn with(settings: &str) -> Self {
        let (folder, port) = (folder(), free_port());
        let path = folder.path();
        // Its parts run as a user of their own, who has to get here.
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        for name in ["etc/sasl", "queue", "data", "mail"] {
            fs::create_dir_all(path.join(name)).unwrap();
        }
        let certificate = |extension: &str| Path::new(targets().get("CA")).with_file_name(format!("server.{extension}"));
        let fill = |template: &str| {
            template
                .trim_start()
                .replace("@FOLDER@", path.to_str().unwrap())
                .replace("@PORT@", &port.to_string())
                .replace("@USER@", &number("-u"))
                .replace("@GROUP@", &number("-g"))
                .replace("@CERTIFICATE@", certificate("crt").to_str().unwrap())
                .replace("@KEY@", certificate("key").to_str().unwrap())
        };
        let settings = format!("{SETTINGS}{settings}");
        for (name, template) in [("etc/main.cf", settings.as_str()), ("etc/master.cf", SERVICES), ("etc/sasl/smtpd.conf", SASL)] {
            fs::write(path.join(name), fill(template)).unwrap();
        }
        let users = path.join("etc/sasldb2");
        let add = r#"printf %s "$1" | saslpasswd2 -c -p -f "$2" -u mail.test bot"#;
        run("sh", &["-c", add, "sh", PASSWORD, users.to_str().unwrap()]);
        run(
            "chown",
            &["-R", "postfix", path.join("data").to_str().unwrap(), path.join("mail").to_str().unwrap(), users.to_str().unwrap()],
        );

        let etc = path.join("etc");
        let etc = etc.to_str().unwrap();
        // Makes the folders of the queue.
        run("postfix", &["-c", etc, "check"]);
        let programs = run("postconf", &["-c", etc, "-h", "daemon_directory"]);
        let program = format!("{}/master", programs.trim());
        let environment = [("PATH", PATH), ("MAIL_CONFIG", etc)];
        let mut process = ServerProcess::start(path, "postfix", &program, &["-c", etc, "-d"], &environment);
        process.wait_for_port(port);
        Self { port, folder, _process: process }
    }

    /// The mails that have been delivered.
    pub(crate) fn mails(&self) -> Vec<String> {
        let new = self.folder.path().join("mail/all/new");
        let files: Vec<PathBuf> = fs::read_dir(new).into_iter().flatten().flatten().map(|file| file.path()).collect();
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    }
}

/// Stops its processes, which otherwise would end only when they notice the lost master.
impl Drop for Postfix {
    fn drop(&mut self) {
        let etc = self.folder.path().join("etc");
        let stop = Command::new("timeout").args(["10", "postfix", "-c"]).arg(etc).arg("stop").env("PATH", PATH).output();
        stop.ok();
    }
}

/// The number of the user or the group `postfix`.
fn number(option: &str) -> String {
    run("id", &[option, "postfix"]).trim().to_owned()
}

#[track_caller]
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).env("PATH", PATH).stdin(Stdio::null()).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {error}. Run as root: scripts/setup.sh test-servers");
    String::from_utf8(output.stdout).unwrap()
}
