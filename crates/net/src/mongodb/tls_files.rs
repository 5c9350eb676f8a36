//! TLS for the MongoDB driver, which reads certificates and keys only from files. These are anonymous files in memory, so that no
//! key is written to a disk. They are closed as soon as the driver has read them.

use crate::advice::Keys;
use crate::deadline::Deadline;
use crate::mongodb::Address;
use crate::stopwatch::Stopwatch;
use crate::tls::TlsSettings;
use crate::{dial, tls};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mongodb::options::{Tls, TlsOptions};
use rustix::fs::{MemfdFlags, memfd_create};
use rustls::ClientConfig;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use yaml::{InvalidSetting, Secret};

/// Characters per line of PEM.
const PEM_LINE: usize = 64;

/// The authorities of the system in PEM, read once. By default the driver trusts a list of its own.
static SYSTEM_AUTHORITIES: LazyLock<String> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    found.certs.iter().map(|certificate| pem(certificate)).collect()
});

/// The TLS settings of one service.
pub struct TlsFiles {
    /// Authorities in PEM. Absent if no certificate is verified.
    authorities: Option<String>,
    /// Client certificate and key in PEM, concatenated.
    identity: Option<Secret>,
    /// The same settings for connections without the driver.
    config: Arc<ClientConfig>,
}

/// The options for the driver, and the files that must stay open until it has read them.
pub struct OpenTlsFiles {
    pub options: Tls,
    _files: Vec<File>,
}

impl TlsFiles {
    /// Errors name the wrong property, never its value.
    pub fn new(settings: TlsSettings<'_>) -> Result<Self, InvalidSetting> {
        // The driver ignores what it cannot read. This reports it.
        let config = Arc::new(tls::client_config(settings, &[])?);
        let authorities = settings.verify.then(|| format!("{}{}\n", *SYSTEM_AUTHORITIES, settings.ca.unwrap_or_default()));
        let identity = settings.identity()?.map(|(cert, key)| Secret::new(format!("{cert}\n{key}\n")));
        Ok(Self { authorities, identity, config })
    }

    /// For a client without a certificate.
    pub fn trusting(ca: Option<&str>, verify: bool) -> Result<Self, InvalidSetting> {
        Self::new(TlsSettings { verify, ca, cert: None, key: None })
    }

    /// Why a server at this address is not trusted. The driver reports neither the certificate at fault nor, for a name with
    /// several addresses, the server. `None` if no reason is found within `time`.
    pub async fn explain(&self, address: &Address, time: Duration) -> Option<String> {
        let deadline = Deadline::after(time);
        let mut watch = Stopwatch::start();
        let (host, port) = (address.host.lookup(), address.port);
        let stream = dial::tcp(host, port, deadline, &mut watch).await.ok()?;
        let shaken =
            deadline.wait_for(dial::tls(stream, host, port, Arc::clone(&self.config), Keys::ALL, &mut watch)).await.ok()?;
        shaken.err().map(|error| error.into_check_error(watch).message)
    }

    /// Whether the certificate of the server is verified.
    pub fn verifies(&self) -> bool {
        self.authorities.is_some()
    }

    /// Whether the client has a certificate.
    pub fn has_identity(&self) -> bool {
        self.identity.is_some()
    }

    pub fn open(&self) -> io::Result<OpenTlsFiles> {
        let mut options = TlsOptions::default();
        let mut files = Vec::new();
        let mut in_memory = |content: &str| -> io::Result<PathBuf> {
            let mut file = File::from(memfd_create("platus", MemfdFlags::CLOEXEC)?);
            file.write_all(content.as_bytes())?;
            let path = format!("/proc/self/fd/{}", file.as_raw_fd());
            files.push(file);
            Ok(path.into())
        };
        match &self.authorities {
            Some(authorities) => options.ca_file_path = Some(in_memory(authorities)?),
            None => options.allow_invalid_certificates = Some(true),
        }
        if let Some(identity) = &self.identity {
            options.cert_key_file_path = Some(in_memory(identity.expose())?);
        }
        Ok(OpenTlsFiles { options: Tls::Enabled(options), _files: files })
    }
}

fn pem(certificate: &[u8]) -> String {
    let encoded = STANDARD.encode(certificate);
    let lines = (0..encoded.len()).step_by(PEM_LINE).map(|start| &encoded[start..encoded.len().min(start + PEM_LINE)]);
    let body: String = lines.flat_map(|line| [line, "\n"]).collect();
    format!("-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
}
