//! The certificate of the page. When its files change, the new one is used without a restart.

use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use system::files::read_ordinary;
use system::tasks::Tasks;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// Bytes of each file at most.
const LIMIT: u64 = 1 << 20;

/// How often the files are checked for changes.
const LOOKING: Duration = Duration::from_secs(5);

/// Certificate and key of the page, in PEM.
#[derive(Clone, Debug)]
pub struct Files {
    /// The certificate, followed by those of the intermediate authorities.
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Accepts TLS with the certificate in these files, and reloads it when they change, until `shutdown`. Fails if they have no usable
/// certificate; the error names the file.
pub async fn acceptor(files: Files, shutdown: CancellationToken, tasks: &mut Tasks) -> Result<TlsAcceptor, String> {
    let (read, seen) = look(files.clone()).await;
    let current = Arc::new(Current { key: RwLock::new(Arc::new(read?)) });
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be used: {error}"))?
        .with_no_client_auth();
    let mut config = config.with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    tasks.spawn("certificate", follow(files, seen, current, shutdown));
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[derive(Debug)]
struct Current {
    key: RwLock<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.key.read()))
    }
}

/// When each of the two files was changed.
type Seen = [Option<SystemTime>; 2];

async fn follow(files: Files, mut seen: Seen, current: Arc<Current>, shutdown: CancellationToken) {
    let mut ticks = interval(LOOKING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        let paths = files.clone();
        let Ok(now) = spawn_blocking(move || changed(&paths)).await else { continue };
        if now == seen {
            continue;
        }
        let (read, now) = look(files.clone()).await;
        match read {
            Ok(key) => {
                *current.key.write() = Arc::new(key);
                tracing::info!(cert = %files.cert.display(), "The certificate of the page was reloaded.");
            }
            // While the two files are being written, they may not match. The next look retries.
            Err(problem) => {
                tracing::error!("The certificate of the page cannot be reloaded; the previous one stays in use: {problem}")
            }
        }
        seen = now;
    }
}

/// Fails if these files have no usable certificate; the error names the file. Waits for the disk.
pub fn check_certificate(files: &Files) -> Result<(), String> {
    read(files).map(drop)
}

async fn look(files: Files) -> (Result<CertifiedKey, String>, Seen) {
    let looked = spawn_blocking(move || {
        let seen = changed(&files);
        (read(&files), seen)
    });
    looked.await.unwrap_or_else(|error| (Err(error.to_string()), [None, None]))
}

fn changed(files: &Files) -> Seen {
    [&files.cert, &files.key].map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
}

fn read(files: &Files) -> Result<CertifiedKey, String> {
    let text = |path: &Path| read_ordinary(path, LIMIT).map_err(|error| format!("{} cannot be read: {error}", path.display()));
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text(&files.cert)?).filter_map(Result::ok).collect();
    if certificates.is_empty() {
        return Err(format!("{} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)", files.cert.display()));
    }
    let key = PrivateKeyDer::from_pem_slice(&text(&files.key)?)
        .map_err(|_| format!("{} holds no private key in PEM (-----BEGIN PRIVATE KEY-----)", files.key.display()))?;
    CertifiedKey::from_der(certificates, key, &ring::default_provider())
        .map_err(|error| format!("{} and {} do not fit together: {error}", files.cert.display(), files.key.display()))
}
