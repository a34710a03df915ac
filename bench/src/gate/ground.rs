//! What all contenders stand on: one folder, one certificate, one upstream, and two processors.
//!
//! The server under test is kept to one processor; load and upstream share another. Both are the same for everybody.

use super::process::{Process, free_address};
use super::upstream;
use crate::load::Core;
use crate::run::Outcome;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The ground.
pub struct Ground {
    /// Where load is made and the upstream answers.
    pub core: Core,
    /// The upstream.
    pub upstream: SocketAddr,
    /// The processor of whoever is under test.
    pub processor: Option<usize>,
    /// The certificate of every server here.
    pub own: CertificateDer<'static>,
    /// What TLS clients trust.
    pub trust: Arc<ClientConfig>,
    /// The certificate that every server shows.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Last, so that it goes after everything that is in it.
    folder: tempfile::TempDir,
}

impl Ground {
    /// Lay it.
    ///
    /// # Errors
    /// When a part of it can not be had.
    pub fn lay() -> Outcome<Self> {
        let cores = std::thread::available_parallelism().map_or(1, Into::into);
        Self::on((cores > 1).then_some((0, 1)))
    }

    /// The same with nobody kept to a processor.
    ///
    /// # Errors
    /// When a part of it can not be had.
    pub fn unpinned() -> Outcome<Self> {
        Self::on(None)
    }

    fn on(processors: Option<(usize, usize)>) -> Outcome<Self> {
        let core = Core::start(processors.map(|(_, load)| load))?;
        let upstream = core.run(upstream::start())??;
        let folder = tempfile::Builder::new().prefix("countersign-bench-").tempdir()?;
        let (certificate, key) = (folder.path().join("server.pem"), folder.path().join("server.key"));
        let made = rcgen::generate_simple_self_signed(
            ["localhost", "wiki.localhost", "vault.localhost"].map(str::to_owned),
        )?;
        std::fs::write(&certificate, made.cert.pem())?;
        std::fs::write(&key, made.signing_key.serialize_pem())?;
        let own = made.cert.der().clone();
        let trust = trusting(own.clone(), None)?;
        let processor = processors.map(|(under_test, _)| under_test);
        Ok(Self { core, upstream, processor, own, trust, certificate, key, folder })
    }

    /// A folder of this name, for somebody's own.
    ///
    /// # Errors
    /// When it can not be made.
    pub fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Start a server with a file of configuration, which is made for the address that it is to listen at.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(
        &self,
        name: &str,
        file: &str,
        configuration: impl Fn(&Path, SocketAddr) -> String,
        command: impl Fn(&Path) -> Vec<String>,
    ) -> Outcome<(Process, SocketAddr)> {
        let (folder, address) = (self.folder(name)?, free_address()?);
        let path = folder.join(file);
        std::fs::write(&path, configuration(&folder, address))?;
        Ok((Process::start(&folder, name, self.processor, &command(&path), address)?, address))
    }
}

/// A client that trusts this one certificate, and shows its own if it is given one. It speaks HTTP/1.1.
///
/// # Errors
/// When the certificate can not be used.
pub fn trusting(
    certificate: CertificateDer<'static>,
    own: Option<&rcgen::CertifiedKey<rcgen::KeyPair>>,
) -> Outcome<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut config = match own {
        None => builder.with_no_client_auth(),
        Some(own) => {
            let key = PrivateKeyDer::from_pem_slice(own.signing_key.serialize_pem().as_bytes())?;
            builder.with_client_auth_cert(vec![own.cert.der().clone()], key)?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
