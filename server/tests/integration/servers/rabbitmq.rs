use super::{ServerProcess, folder, free_port};
use crate::targets::targets;
use serde_json::json;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

const PROGRAMS: &str = "/usr/lib/rabbitmq/bin";

/// Of every user. In the definitions it stands as a salted hash.
pub(crate) const PASSWORD: &str = "s3cret";
const PASSWORD_HASH: &str = "AQIDBLq/hWyT4GNQ5SjFtltSvLoQIZIQIckdYAqRUvj04Npv";

/// A RabbitMQ with a cookie, a port mapper and a folder of its own, so that it meets no other node of the machine.
pub(crate) struct RabbitMq {
    pub(crate) port: u16,
    /// With the certificate of the test servers.
    pub(crate) tls_port: u16,
    pub(crate) process: ServerProcess,
    _port_mapper: ServerProcess,
    environment: Vec<(&'static str, String)>,
    _folder: TempDir,
}

/// What a user may configure, write and read in a virtual host, as regular expressions.
pub(crate) type Rights = (&'static str, &'static str, [&'static str; 3]);

impl RabbitMq {
    /// Starts it with these virtual hosts and rights, and waits until it answers. The user `platus` may do everything.
    pub(crate) fn start(vhosts: &[&'static str], rights: &[Rights]) -> Self {
        let (folder, port, tls_port) = (folder(), free_port(), free_port());
        let (mapper_port, node_port) = (free_port(), free_port());
        configure(folder.path(), port, tls_port);
        define(folder.path(), vhosts, rights);

        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let environment = vec![
            ("HOME", path("")),
            ("RABBITMQ_NODENAME", format!("platus{port}@localhost")),
            ("RABBITMQ_DIST_PORT", node_port.to_string()),
            ("ERL_EPMD_ADDRESS", "127.0.0.1".to_owned()),
            ("ERL_EPMD_PORT", mapper_port.to_string()),
            ("RABBITMQ_CONFIG_FILE", path("rabbitmq.conf")),
            ("RABBITMQ_CONF_ENV_FILE", "/dev/null".to_owned()),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", path("plugins")),
            ("RABBITMQ_MNESIA_BASE", path("mnesia")),
            ("RABBITMQ_LOG_BASE", path("log")),
            ("RABBITMQ_PID_FILE", path("pid")),
            ("RABBITMQ_LOGS", "-".to_owned()),
            // The script then becomes the server instead of starting it, and the server ends with the tests.
            ("RABBITMQ_ALLOW_INPUT", "1".to_owned()),
            (
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-noinput -start_epmd false -kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none".to_owned(),
            ),
        ];
        let variables: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut port_mapper = ServerProcess::start(folder.path(), "epmd", "epmd", &["-port", &mapper_port.to_string()], &variables);
        port_mapper.wait_for_port(mapper_port);
        let program = format!("{PROGRAMS}/rabbitmq-server");
        let mut process = ServerProcess::start(folder.path(), "rabbitmq", &program, &[], &variables);
        process.wait_until(|process| answers(port) && process.log().contains("Server startup complete"));
        Self { port, tls_port, process, _port_mapper: port_mapper, environment, _folder: folder }
    }

    /// As Celery takes it.
    pub(crate) fn url(&self, vhost: &str) -> String {
        format!("amqp://platus:{PASSWORD}@127.0.0.1:{}/{}", self.port, vhost.replace('/', "%2F"))
    }

    /// What `rabbitmqctl` prints for these words.
    #[track_caller]
    pub(crate) fn control(&self, words: &[&str]) -> String {
        let mut command = Command::new(format!("{PROGRAMS}/rabbitmqctl"));
        command.arg("--quiet").args(words).envs(self.environment.iter().map(|(name, value)| (*name, value.as_str())));
        let output = command.output().unwrap();
        assert!(output.status.success(), "rabbitmqctl {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn configure(folder: &Path, port: u16, tls_port: u16) {
    let certificate = |extension| Path::new(targets().get("CA")).with_file_name(format!("server.{extension}"));
    let settings = [
        format!("listeners.tcp.1 = 127.0.0.1:{port}"),
        format!("listeners.ssl.1 = 127.0.0.1:{tls_port}"),
        format!("ssl_options.cacertfile = {}", targets().get("CA")),
        format!("ssl_options.certfile = {}", certificate("crt").display()),
        format!("ssl_options.keyfile = {}", certificate("key").display()),
        "ssl_options.verify = verify_peer".to_owned(),
        "ssl_options.fail_if_no_peer_cert = false".to_owned(),
        "loopback_users = none".to_owned(),
        format!("load_definitions = {}", folder.join("definitions.json").display()),
        "vm_memory_high_watermark.absolute = 512MB".to_owned(),
        "disk_free_limit.absolute = 50MB".to_owned(),
    ];
    fs::write(folder.join("rabbitmq.conf"), settings.join("\n") + "\n").unwrap();
    fs::write(folder.join("plugins"), "[].").unwrap();
}

fn define(folder: &Path, vhosts: &[&'static str], rights: &[Rights]) {
    let everything = vhosts.iter().map(|vhost| ("platus", *vhost, [".*"; 3]));
    let rights: Vec<_> = everything.chain(rights.iter().copied()).collect();
    let mut users: Vec<_> = rights.iter().map(|(user, ..)| *user).collect();
    users.dedup();
    let user = |name: &&str| json!({"name": name, "password_hash": PASSWORD_HASH, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ""});
    let right = |(user, vhost, [configure, write, read]): &Rights| json!({"user": user, "vhost": vhost, "configure": configure, "write": write, "read": read});
    let definitions = json!({
        "users": users.iter().map(user).collect::<Vec<_>>(),
        "vhosts": vhosts.iter().map(|vhost| json!({"name": vhost})).collect::<Vec<_>>(),
        "permissions": rights.iter().map(right).collect::<Vec<_>>(),
    });
    fs::write(folder.join("definitions.json"), definitions.to_string()).unwrap();
}

/// Whether the port answers the greeting of AMQP with a frame of a method.
fn answers(port: u16) -> bool {
    let greet = || -> std::io::Result<u8> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"AMQP\0\0\x09\x01")?;
        let mut kind = [0];
        stream.read_exact(&mut kind)?;
        Ok(kind[0])
    };
    greet().is_ok_and(|kind| kind == 1)
}
