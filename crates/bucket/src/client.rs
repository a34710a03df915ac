//! The five requests.

use crate::address::Address;
use crate::credentials::Source;
use crate::error::BucketError;
use crate::listing::{Listed, Page};
use crate::send::{Answer, send, sent};
use crate::sign::{self, Asked, encoded};
use crate::upload::Upload;
use aws_lc_rs::digest;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsConnector;

/// Reads the present moment, in seconds since 1970; given, so that tests can hold it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Where Debian keeps the certificates that the machine trusts.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";
/// How long a request may take that moves nothing: less than a question waits, so that its answer says what was not read.
const LONGEST: Duration = Duration::from_secs(15);
/// The bytes a second below which a store counts as not answering.
const SLOWEST: u64 = 64 << 10;
/// Most bytes of an answer that is not an object.
const ANSWER: usize = 8 << 20;
/// Most bytes of what a store says about an error.
const REFUSAL: usize = 64 << 10;
/// Most objects that are listed: a bound on what a stranger can make us keep.
const MOST_LISTED: usize = 1 << 20;
/// What a store takes in one request.
const LARGEST: u64 = 5 << 30;

/// A bucket. Clones are handles to the same.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    address: Address,
    source: Source,
    tls: TlsConnector,
    clock: Clock,
}

/// What a file must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// How many bytes it has.
    pub bytes: u64,
    /// The SHA-256 of them.
    pub digest: [u8; 32],
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Bucket").field(&self.0.address).finish()
    }
}

impl Bucket {
    /// The bucket at this address. `roots` is the text of certificates (PEM) that are trusted in place of the machine's.
    ///
    /// # Errors
    /// When they cannot be used: why.
    pub fn new(address: Address, source: Source, roots: Option<&[u8]>, clock: Clock) -> Result<Self, String> {
        let tls = TlsConnector::from(Arc::new(client_config(roots)?));
        Ok(Self(Arc::new(Inner { address, source, tls, clock })))
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.0.address
    }

    /// Puts a file, which must be as it is `expected`; what is not becomes no object. What was at the key is replaced.
    ///
    /// # Errors
    /// When it is not known to be there.
    pub async fn put_file(&self, path: &str, file: File, expected: Expected) -> Result<(), BucketError> {
        if expected.bytes > LARGEST {
            let why = format!("a file of {} bytes is more than a store takes at once", expected.bytes);
            return Err(BucketError::Disk { why });
        }
        // What has no bytes has no last piece that could be kept back.
        if expected.bytes == 0 && expected.digest != sha256(&[]) {
            return Err(BucketError::Differs);
        }
        let body = Upload::file(file, expected.bytes, expected.digest);
        let digest = hex::encode(expected.digest);
        self.finish(Method::PUT, path, &[], body, &digest, expected.bytes).await.map(drop)
    }

    /// Puts a few bytes.
    ///
    /// # Errors
    /// When they are not known to be there.
    pub async fn put(&self, path: &str, bytes: Bytes) -> Result<(), BucketError> {
        let (digest, length) = (hex::encode(sha256(&bytes)), bytes.len() as u64);
        self.finish(Method::PUT, path, &[], Upload::Given(Some(bytes)), &digest, length).await.map(drop)
    }

    /// A small object.
    ///
    /// # Errors
    /// When it is not there, not small, or cannot be had.
    pub async fn get(&self, path: &str) -> Result<Vec<u8>, BucketError> {
        let mut found = Vec::new();
        let too_large = || io::Error::other("it is larger than it should be");
        self.read(path, REFUSAL as u64, |piece| {
            found.extend_from_slice(piece);
            if found.len() > REFUSAL { Err(too_large()) } else { Ok(()) }
        })
        .await?;
        Ok(found)
    }

    /// Hands over an object of about so many bytes, a piece at a time. What takes them ends it with an error.
    ///
    /// # Errors
    /// When it is not there or cannot be had; what was handed over by then is a part of it.
    pub async fn read(
        &self,
        path: &str,
        about: u64,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), BucketError> {
        let reading = async {
            let nothing = hex::encode(sha256(&[]));
            let answer = self.ask(Method::GET, path, &[], Upload::nothing(), &nothing, 0).await?;
            let mut body = answer.response.into_body();
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| sent(&self.0.address, &error))?;
                let Some(piece) = frame.data_ref() else { continue };
                take(piece).map_err(|error| BucketError::Disk { why: error.to_string() })?;
            }
            Ok(())
        };
        self.patiently(about, reading).await
    }

    /// Removes an object; one that is not there is removed already.
    ///
    /// # Errors
    /// When it is not known to be gone.
    pub async fn remove(&self, path: &str) -> Result<(), BucketError> {
        let nothing = hex::encode(sha256(&[]));
        match self.finish(Method::DELETE, path, &[], Upload::nothing(), &nothing, 0).await {
            Ok(_) | Err(BucketError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Everything below a folder, by its path under the prefix.
    ///
    /// # Errors
    /// When it cannot be listed to its end.
    pub async fn list(&self, folder: &str) -> Result<Vec<Listed>, BucketError> {
        let mut found: Vec<Listed> = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let page = self.page(folder, next.as_deref()).await?;
            let before = found.len();
            for listed in page.objects {
                let Some(path) = self.0.address.path(&listed.key) else { continue };
                if path.starts_with(folder) {
                    found.push(Listed { key: path.to_owned(), bytes: listed.bytes });
                }
            }
            let origin = || self.0.address.origin();
            next = match page.next {
                None => return Ok(found),
                // A store that gives nothing and says there is more would keep us for ever.
                Some(_) if found.len() == before || found.len() > MOST_LISTED => {
                    let why = "its listing has no end".to_owned();
                    return Err(BucketError::NotAStore { origin: origin(), why });
                }
                Some(next) => Some(next),
            };
        }
    }

    async fn page(&self, folder: &str, next: Option<&str>) -> Result<Page, BucketError> {
        let prefix = self.0.address.key(folder);
        // In the order of their names, as the signature wants them.
        let mut pairs = Vec::new();
        pairs.extend(next.map(|next| ("continuation-token", next)));
        pairs.extend([("encoding-type", "url"), ("list-type", "2"), ("prefix", prefix.as_str())]);
        let nothing = hex::encode(sha256(&[]));
        let body = self.finish(Method::GET, "", &pairs, Upload::nothing(), &nothing, 0).await?;
        Page::of(&body, &self.0.address.origin())
    }

    /// Asks, and takes the whole answer, which is none of ours and so is short.
    async fn finish(
        &self,
        method: Method,
        path: &str,
        pairs: &[(&str, &str)],
        body: Upload,
        digest: &str,
        length: u64,
    ) -> Result<Vec<u8>, BucketError> {
        let asking = async {
            let answer = self.ask(method, path, pairs, body, digest, length).await?;
            self.short(answer, ANSWER).await
        };
        self.patiently(length, asking).await
    }

    async fn short(&self, answer: Answer, most: usize) -> Result<Vec<u8>, BucketError> {
        let mut body = answer.response.into_body();
        let mut found = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| sent(&self.0.address, &error))?;
            found.extend_from_slice(frame.data_ref().map_or(&[][..], |piece| piece));
            if found.len() > most {
                let why = "it is longer than it should be".to_owned();
                return Err(BucketError::NotAStore { origin: self.0.address.origin(), why });
            }
        }
        Ok(found)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        pairs: &[(&str, &str)],
        body: Upload,
        digest: &str,
        length: u64,
    ) -> Result<Answer, BucketError> {
        let address = &self.0.address;
        // A listing is asked of the bucket itself.
        let key = if path.is_empty() { String::new() } else { encoded(&address.key(path), true) };
        let base = address.base();
        let target = if key.is_empty() && base.len() > 1 {
            base.trim_end_matches('/').to_owned()
        } else {
            format!("{base}{key}")
        };
        let (query, host) = (sign::query(pairs), address.authority());
        let asked = Asked { method: &method, path: &target, query: &query, host: &host, body: digest };
        let who = self.0.source.credentials()?;
        let origin = || address.origin();
        let unaskable =
            || BucketError::NotAStore { origin: origin(), why: "it cannot be asked that".to_owned() };
        let moment = moment((self.0.clock)()).ok_or_else(unaskable)?;
        let headers = sign::headers(&asked, &moment, &address.region, &who).ok_or_else(unaskable)?;
        let uri = if query.is_empty() { target.clone() } else { format!("{target}?{query}") };
        let sends = method == Method::PUT;
        let mut request = Request::builder().method(method).uri(uri).body(body).map_err(|_| unaskable())?;
        *request.headers_mut() = headers;
        if sends {
            request.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        let answer = send(address, &self.0.tls, request).await?;
        let status = answer.response.status();
        if status.is_success() {
            return Ok(answer);
        }
        let said = self.short(answer, REFUSAL).await.unwrap_or_default();
        Err(BucketError::of(status.as_u16(), &said, address))
    }

    /// Waits as long as so many bytes may take.
    async fn patiently<T>(
        &self,
        bytes: u64,
        asking: impl Future<Output = Result<T, BucketError>>,
    ) -> Result<T, BucketError> {
        let longest = LONGEST + Duration::from_secs(bytes / SLOWEST);
        let late = |_| Err(BucketError::Late { origin: self.0.address.origin() });
        tokio::time::timeout(longest, asking).await.unwrap_or_else(late)
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.iter_mut().zip(digest::digest(&digest::SHA256, bytes).as_ref()).for_each(|(to, from)| *to = *from);
    out
}

/// A moment as a signature has it.
fn moment(seconds: i64) -> Option<String> {
    let at = jiff::Timestamp::from_second(seconds).ok()?;
    Some(at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

fn client_config(roots: Option<&[u8]>) -> Result<ClientConfig, String> {
    let mut trusted = RootCertStore::empty();
    match roots {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| format!("it is not PEM: {error}"))?;
                trusted
                    .add(certificate)
                    .map_err(|error| format!("a certificate in it cannot be used: {error}"))?;
            }
            if trusted.is_empty() {
                return Err("there is no certificate in it".to_owned());
            }
        }
        None => {
            // A machine may have none; then no store is trusted, and asking one says so.
            let certificates = CertificateDer::pem_file_iter(SYSTEM_ROOTS).into_iter().flatten().flatten();
            trusted.add_parsable_certificates(certificates);
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(trusted).with_no_client_auth())
}
