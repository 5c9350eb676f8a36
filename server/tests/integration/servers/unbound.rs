use super::{ServerProcess, folder, free_port};
use std::fs;
use tempfile::TempDir;

/// A DNS server with the names of `platus.example`. It asks no other server except for `broken.example`, which no server answers.
pub(crate) struct UnboundServer {
    pub(crate) port: u16,
    pub(crate) process: ServerProcess,
    _folder: TempDir,
}

const SETTINGS: &str = r#"
server:
  username: ""
  chroot: ""
  directory: "."
  pidfile: ""
  logfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  local-zone: "example." transparent
  local-zone: "refused.example." refuse
  local-zone: "silent.example." deny
  local-zone: "platus.example." static
  local-data: 'platus.example. A 192.0.2.1'
  local-data: 'platus.example. A 192.0.2.2'
  local-data: 'platus.example. AAAA 2001:db8::1'
  local-data: 'platus.example. MX 10 Mail.platus.example.'
  local-data: 'platus.example. NS ns.platus.example.'
  local-data: 'platus.example. TXT "v=spf1 " "-all"'
  local-data: 'platus.example. CAA 0 issue "ca.example"'
  local-data: 'platus.example. SOA ns.platus.example. admin.platus.example. 7 3600 600 86400 60'
  local-data: '_sip._tcp.platus.example. SRV 1 2 5060 sip.platus.example.'
  local-data: 'alias.platus.example. CNAME elsewhere.platus.example.'
  local-data-ptr: '192.0.2.1 platus.example.'
"#;

/// Together longer than a datagram may be.
const N_LONG_TEXTS: usize = 20;

impl UnboundServer {
    /// Starts it with further settings, such as `["do-tcp: no"]`, and waits until it answers.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let (folder, port, closed) = (folder(), free_port(), free_port());
        let mut text = SETTINGS.to_owned();
        for number in 0..N_LONG_TEXTS {
            text += &format!("  local-data: 'long.platus.example. TXT \"{number:02}{}\"'\n", "x".repeat(200));
        }
        for setting in settings {
            text += &format!("  {setting}\n");
        }
        text += &format!("  interface: 127.0.0.1@{port}\n");
        text += &format!("forward-zone:\n  name: \"broken.example.\"\n  forward-addr: 127.0.0.1@{closed}\n");
        // A connection is refused at once, while a datagram would be tried for a while.
        text += "  forward-tcp-upstream: yes\n";
        let file = folder.path().join("unbound.conf");
        fs::write(&file, text).unwrap();
        let mut process = ServerProcess::start(folder.path(), "unbound", "unbound", &["-d", "-c", file.to_str().unwrap()], &[]);
        process.wait_until(|process| process.log().contains("start of service"));
        Self { port, process, _folder: folder }
    }

    /// As `server` of the plugin has it.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}
