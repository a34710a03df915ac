//! TLS at the gate, and devices that prove themselves with a client certificate.
//!
//! A client certificate serves one purpose: in the handshake its holder proves possession of a private key. The
//! registry states which device that key belongs to, and whether the device is still trusted, by the SHA-256 of the
//! public key. So any certificate is accepted, self-signed ones too, and neither its issuer nor its dates are checked.
//! An administrator revokes a device by removing its key from the registry, which takes effect at once.

use countersign_facts::Digest;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ResolvesServerCert};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use std::sync::Arc;

/// Why TLS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The PEM text contains no certificate chain, or no private key.
    #[error("the certificate or its key is not PEM: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// The certificate and the key do not match, or the provider does not support this kind of key.
    #[error("the certificate and its key cannot be used: {0}")]
    Rustls(#[from] rustls::Error),
}

/// TLS for a listener, whatever protocol runs inside it.
#[derive(Clone)]
pub struct Tls {
    pub(crate) config: Arc<ServerConfig>,
}

/// Whether a listener asks its clients for certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientCertificates {
    /// The listener does not ask.
    Ignored,
    /// The listener asks, and accepts clients without a certificate. Browsers that hold certificates prompt their user.
    Asked,
}

impl Tls {
    /// Creates TLS with the certificates of `resolver`, which may change them at any time.
    ///
    /// # Errors
    /// If the provider supports no TLS version that this gate allows.
    pub fn new(resolver: Arc<dyn ResolvesServerCert>, clients: ClientCertificates) -> Result<Self, TlsError> {
        Ok(Self::finish(Self::builder(clients)?.with_cert_resolver(resolver), clients))
    }

    /// Creates TLS with one certificate chain and its key, as PEM.
    ///
    /// # Errors
    /// If the texts are not PEM, or do not match each other.
    pub fn from_pem(chain: &[u8], key: &[u8], clients: ClientCertificates) -> Result<Self, TlsError> {
        let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(key)?;
        Ok(Self::finish(Self::builder(clients)?.with_single_cert(chain, key)?, clients))
    }

    fn builder(
        clients: ClientCertificates,
    ) -> Result<rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>, TlsError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier: Arc<dyn ClientCertVerifier> = match clients {
            ClientCertificates::Ignored => rustls::server::WebPkiClientVerifier::no_client_auth(),
            ClientCertificates::Asked => Arc::new(AnyKey::new(&provider)),
        };
        Ok(ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier))
    }

    /// Offers these protocols (ALPN, RFC 7301), in order of preference.
    #[must_use]
    pub fn speaking(mut self, protocols: &[&[u8]]) -> Self {
        let protocols = protocols.iter().map(|protocol| protocol.to_vec());
        Arc::make_mut(&mut self.config).alpn_protocols = protocols.collect();
        self
    }

    fn finish(mut config: ServerConfig, clients: ClientCertificates) -> Self {
        if clients == ClientCertificates::Asked {
            // A resumed session contains no new proof, so each connection must prove its key.
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Self { config: Arc::new(config) }
    }
}

/// Returns the SHA-256 of a certificate's public key (DER SubjectPublicKeyInfo), or `None` if it is not a certificate.
pub fn key_of(certificate: &[u8]) -> Option<Digest> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let digest =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, parsed.tbs_certificate.subject_pki.raw);
    Some(Digest::new(digest.as_ref().try_into().ok()?))
}

/// Accepts every certificate whose holder proves possession of its key.
#[derive(Debug)]
struct AnyKey {
    algorithms: WebPkiSupportedAlgorithms,
}

impl AnyKey {
    fn new(provider: &CryptoProvider) -> Self {
        Self { algorithms: provider.signature_verification_algorithms }
    }
}

impl ClientCertVerifier for AnyKey {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        match key_of(end_entity) {
            Some(_) => Ok(ClientCertVerified::assertion()),
            None => Err(rustls::Error::InvalidCertificate(CertificateError::BadEncoding)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
