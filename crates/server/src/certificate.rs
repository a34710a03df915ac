//! The self-signed certificate for the case that none is configured: for `localhost` and the names under it, valid for
//! about a year, and renewed while the process runs.
//!
//! Browsers accept no certificate of more than 398 days from an authority, and a certificate without an end is never
//! reviewed again. Its key does not change, so a client that trusts the key continues to.

use crate::keys::write_private;
use countersign_names::Timestamp;
use parking_lot::RwLock;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Lifetime of a certificate in days.
const LIFE: i64 = 397;

/// The certificate is renewed when it is valid for fewer days than this.
const RENEWED: i64 = 30;

const DAY: i64 = 86_400;

/// How often the validity is checked.
const LOOK: Duration = Duration::from_secs(12 * 3600);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
#[error("this process cannot make a certificate: {0}")]
pub struct NoCertificate(String);

fn failed(error: impl std::fmt::Display) -> NoCertificate {
    NoCertificate(error.to_string())
}

/// The current certificate of a data folder.
#[derive(Debug)]
pub struct SelfMade {
    folder: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl SelfMade {
    /// Reads the existing certificate, or makes a new one.
    ///
    /// # Errors
    /// If it cannot be made or stored.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, NoCertificate> {
        let current = RwLock::new(Arc::new(certified(folder, now)?));
        Ok(Self { folder: folder.to_owned(), current })
    }

    /// Renews it in time, for as long as this future is polled.
    pub async fn keep(self: Arc<Self>, clock: impl Fn() -> Timestamp) {
        loop {
            tokio::time::sleep(LOOK).await;
            match certified(&self.folder, clock()) {
                Ok(current) => *self.current.write() = Arc::new(current),
                Err(error) => tracing::error!(
                    %error,
                    "this process cannot renew its own certificate, and tries again"
                ),
            }
        }
    }
}

impl ResolvesServerCert for SelfMade {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read()))
    }
}

/// Returns the certificate and key of `folder`, and makes them if they are missing, too old, or valid for too long.
fn certified(folder: &Path, now: Timestamp) -> Result<CertifiedKey, NoCertificate> {
    let (certificate_path, key_path) = (folder.join("front.pem"), folder.join("front.key"));
    let key = match std::fs::read_to_string(&key_path) {
        Ok(pem) => KeyPair::from_pem(&pem).map_err(failed)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = KeyPair::generate().map_err(failed)?;
            write_private(&key_path, key.serialize_pem().as_bytes()).map_err(failed)?;
            key
        }
        Err(error) => return Err(failed(error)),
    };
    let kept =
        std::fs::read(&certificate_path).ok().and_then(|pem| CertificateDer::from_pem_slice(&pem).ok());
    let certificate = match kept.filter(|kept| is_good(kept, &key, now)) {
        Some(kept) => kept,
        None => {
            let made = make(&key, now)?;
            write_private(&certificate_path, made.pem().as_bytes()).map_err(failed)?;
            tracing::info!(
                path = %certificate_path.display(),
                days = LIFE,
                "this process made a new certificate of its own"
            );
            made.der().clone()
        }
    };
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(failed)?;
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let private = provider.key_provider.load_private_key(private).map_err(failed)?;
    Ok(CertifiedKey::new(vec![certificate], private))
}

/// Returns whether a certificate belongs to this key and is valid for long enough, and not for too long.
fn is_good(certificate: &CertificateDer<'_>, key: &KeyPair, now: Timestamp) -> bool {
    let Ok((_, parsed)) = x509_parser::parse_x509_certificate(certificate) else { return false };
    let (from, until) = (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp());
    let seconds = now.as_micros().div_euclid(1_000_000);
    let ours = parsed.tbs_certificate.subject_pki.raw == rcgen::PublicKeyData::subject_public_key_info(key);
    ours && until - from <= (LIFE + 2) * DAY && from <= seconds && seconds + RENEWED * DAY < until
}

fn make(key: &KeyPair, now: Timestamp) -> Result<rcgen::Certificate, NoCertificate> {
    // Includes the full name of the sign-in host: many clients reject a wildcard directly below `localhost`.
    let names = ["localhost", "*.localhost", "countersign.localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut about = CertificateParams::new(names).map_err(failed)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "Countersign on this machine");
    about.distinguished_name = name;
    // Valid from yesterday, for clocks that are slightly behind.
    let ((year, month, day_of_month), (last_year, last_month, last_day)) =
        (day(now, -1)?, day(now, LIFE - 1)?);
    about.not_before = rcgen::date_time_ymd(year, month, day_of_month);
    about.not_after = rcgen::date_time_ymd(last_year, last_month, last_day);
    about.self_signed(key).map_err(failed)
}

/// Returns the date this many days from now: year, month and day.
fn day(now: Timestamp, days: i64) -> Result<(i32, u8, u8), NoCertificate> {
    let seconds = now.as_micros().div_euclid(1_000_000) + days * DAY;
    let moment = jiff::Timestamp::from_second(seconds).map_err(failed)?;
    let date = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok((i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: i64 = 1_800_000_000;

    fn at(days: i64) -> Timestamp {
        Timestamp::from_micros((BEGIN + days * DAY) * 1_000_000)
    }

    fn kept(folder: &Path) -> (Vec<u8>, i64) {
        let der = CertificateDer::from_pem_slice(&std::fs::read(folder.join("front.pem")).unwrap()).unwrap();
        let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
        let until = parsed.validity().not_after.timestamp();
        assert!(until - parsed.validity().not_before.timestamp() <= 398 * DAY, "browsers take no more");
        (der.to_vec(), until)
    }

    #[test]
    fn a_certificate_lasts_for_a_year_and_is_made_anew_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        SelfMade::open(folder.path(), at(0)).unwrap();
        let (first, until) = kept(folder.path());
        let key = std::fs::read(folder.path().join("front.key")).unwrap();
        SelfMade::open(folder.path(), at(365)).unwrap();
        assert_eq!(kept(folder.path()).0, first, "it goes on as long as it is good");
        SelfMade::open(folder.path(), at(380)).unwrap();
        let (second, later) = kept(folder.path());
        assert!(second != first && later > until + 365 * DAY);
        assert_eq!(std::fs::read(folder.path().join("front.key")).unwrap(), key, "the key stays");
        SelfMade::open(folder.path(), at(10)).unwrap();
        assert_ne!(kept(folder.path()).0, second, "one of the future is none");
    }

    #[test]
    fn a_certificate_without_an_end_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let endless =
            CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
        std::fs::write(folder.path().join("front.key"), key.serialize_pem()).unwrap();
        std::fs::write(folder.path().join("front.pem"), endless.pem()).unwrap();
        SelfMade::open(folder.path(), at(0)).unwrap();
        assert_ne!(kept(folder.path()).0, endless.der().to_vec());
    }
}
