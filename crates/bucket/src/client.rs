//! Operations on a bucket.

use crate::address::Address;
use crate::connector::Connector;
use crate::credentials::{CredentialsError, Source};
use crate::error::BucketError;
use crate::open::open;
use aws_lc_rs::digest;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _, PutPayload};
use parking_lot::Mutex;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::fs::File;
use std::io::{self, Read as _};
use std::sync::Arc;
use std::time::Duration;

/// The path of the machine's trusted certificates on Debian.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Time-out of a request that transfers no data. It is shorter than the time-out of a query, so that the query's result
/// can list what was not read.
const LONGEST: Duration = Duration::from_secs(15);
/// Bytes per second below which a store counts as not answering.
const SLOWEST: u64 = 64 << 10;
/// Maximum number of bytes of a small object.
const SMALL: usize = 64 << 10;
/// Maximum number of listed objects: it bounds the memory that a malicious store can make us use.
const MOST_LISTED: usize = 1 << 20;
/// A file of at most this many bytes is uploaded by one request. Larger files are uploaded in parts of this size, or in
/// larger parts if there would be too many.
const PART: u64 = 16 << 20;
/// Maximum number of parts of one object; the strictest store allows 10,000.
const PARTS: u64 = 9_000;

/// A bucket. Clones share the same client.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    address: Address,
    source: Source,
    connector: Connector,
    opened: Mutex<Option<OpenedStore>>,
}

/// A store client, opened with certain credentials. It caches the access tokens obtained with them.
struct OpenedStore {
    /// The digest of the credentials.
    digest: [u8; 32],
    store: Arc<dyn ObjectStore>,
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The path under the prefix.
    pub key: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// The expected content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256.
    pub digest: [u8; 32],
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Bucket").field(&self.0.address).finish()
    }
}

impl Bucket {
    /// Creates a client of the bucket at this address. `roots` is a PEM text of certificates to trust instead of the
    /// machine's.
    ///
    /// # Errors
    /// If the certificates are unusable, with the reason.
    pub fn new(address: Address, source: Source, roots: Option<&[u8]>) -> Result<Self, String> {
        let machine = client_config(None)?;
        let store = if roots.is_some() { client_config(roots)? } else { machine.clone() };
        let connector = Connector::new(address.clone(), store, machine);
        Ok(Self(Arc::new(Inner { address, source, connector, opened: Mutex::default() })))
    }

    /// Returns the address.
    pub fn address(&self) -> &Address {
        &self.0.address
    }

    /// Uploads a file, which must match `expected`; a file that does not match creates no object. Replaces an existing
    /// object.
    ///
    /// # Errors
    /// If it is unknown whether the object was stored.
    pub async fn put_file(&self, path: &str, file: File, expected: Expected) -> Result<(), BucketError> {
        if expected.bytes > PART {
            return self.put_parts(path, file, expected).await;
        }
        let mut pieces = FilePieces::new(file, expected);
        let bytes = pieces.next(expected.bytes).await?;
        if !pieces.is_whole() {
            return Err(BucketError::Differs);
        }
        self.put(path, bytes).await
    }

    /// Uploads a small object.
    ///
    /// # Errors
    /// If it is unknown whether the object was stored.
    pub async fn put(&self, path: &str, bytes: Bytes) -> Result<(), BucketError> {
        let (store, key, length) = (self.store()?, self.key(path)?, bytes.len() as u64);
        self.with_timeout(length, store.put(&key, PutPayload::from_bytes(bytes))).await.map(drop)
    }

    /// Uploads a file in parts. The store creates the object only after the last part was sent and the whole content
    /// matched. Until then there is no object, and after a failure the sent parts are aborted.
    async fn put_parts(&self, path: &str, file: File, expected: Expected) -> Result<(), BucketError> {
        let (store, key) = (self.store()?, self.key(path)?);
        let mut upload = self.with_timeout(0, store.put_multipart(&key)).await?;
        let sent = self.send_parts(&mut *upload, file, expected).await;
        match sent {
            Ok(()) => self.with_timeout(expected.bytes, upload.complete()).await.map(drop),
            Err(error) => {
                // If this fails too, the bucket's lifecycle rule removes the unfinished upload.
                let _given_up = self.with_timeout(0, upload.abort()).await;
                Err(error)
            }
        }
    }

    async fn send_parts(
        &self,
        upload: &mut dyn MultipartUpload,
        file: File,
        expected: Expected,
    ) -> Result<(), BucketError> {
        let part = PART.max(expected.bytes.div_ceil(PARTS));
        let mut pieces = FilePieces::new(file, expected);
        while !pieces.is_at_end() {
            let bytes = pieces.next(part).await?;
            let length = bytes.len() as u64;
            self.with_timeout(length, upload.put_part(PutPayload::from_bytes(bytes))).await?;
        }
        if pieces.is_whole() { Ok(()) } else { Err(BucketError::Differs) }
    }

    /// Downloads a small object.
    ///
    /// # Errors
    /// If it does not exist, is not small, or is unavailable.
    pub async fn get(&self, path: &str) -> Result<Vec<u8>, BucketError> {
        let mut found = Vec::new();
        let read = self.read(path, SMALL as u64, |piece| {
            found.extend_from_slice(piece);
            if found.len() > SMALL { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
        });
        match read.await {
            Err(BucketError::Disk { .. }) => Err(BucketError::Oversized { path: path.to_owned() }),
            read => read.map(|()| found),
        }
    }

    /// Passes an object of about this many bytes to `take`, one piece at a time. `take` stops the download by returning
    /// an error.
    ///
    /// # Errors
    /// If it does not exist or is unavailable; `take` may already have received a part of it.
    pub async fn read(
        &self,
        path: &str,
        about: u64,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), BucketError> {
        let (store, key) = (self.store()?, self.key(path)?);
        let reading = async {
            let mut pieces = store.get(&key).await.map_err(|error| self.told(&error))?.into_stream();
            while let Some(piece) = pieces.try_next().await.map_err(|error| self.told(&error))? {
                take(&piece).map_err(|error| BucketError::Disk { why: error.to_string() })?;
            }
            Ok(())
        };
        tokio::time::timeout(longest(about), reading).await.unwrap_or_else(|_| Err(self.late()))
    }

    /// Removes an object. It is not an error if the object does not exist.
    ///
    /// # Errors
    /// If it is unknown whether the object was removed.
    pub async fn remove(&self, path: &str) -> Result<(), BucketError> {
        let (store, key) = (self.store()?, self.key(path)?);
        match self.with_timeout(0, store.delete(&key)).await {
            Ok(()) | Err(BucketError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Returns every object below a folder, by its path under the prefix.
    ///
    /// # Errors
    /// If the listing could not be completed.
    pub async fn list(&self, folder: &str) -> Result<Vec<Listed>, BucketError> {
        let (store, key) = (self.store()?, self.key(folder)?);
        let mut objects = store.list(Some(&key));
        let mut found = Vec::new();
        while let Some(object) = self.with_timeout(0, objects.try_next()).await? {
            let Some(path) = self.0.address.path(object.location.as_ref()) else { continue };
            if path.starts_with(folder) {
                found.push(Listed { key: path.to_owned(), bytes: object.size });
            }
            if found.len() > MOST_LISTED {
                return Err(self.no_store("its listing has no end".to_owned()));
            }
        }
        found.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    /// Returns the store client, opened with the current credentials.
    fn store(&self) -> Result<Arc<dyn ObjectStore>, BucketError> {
        let Inner { address, source, connector, opened } = &*self.0;
        let read = source.read(address.kind)?;
        let mut opened = opened.lock();
        if let Some(before) = opened.as_ref().filter(|before| before.digest == read.digest) {
            return Ok(Arc::clone(&before.store));
        }
        // No request is made here, so the credentials are at fault. Their content is never shown.
        let store = open(address, &read, connector).map_err(|_| CredentialsError::Unusable)?;
        *opened = Some(OpenedStore { digest: read.digest, store: Arc::clone(&store) });
        Ok(store)
    }

    fn key(&self, path: &str) -> Result<Path, BucketError> {
        Path::parse(self.0.address.key(path)).map_err(|error| self.no_store(error.to_string()))
    }

    /// Applies a time-out for transferring this many bytes.
    async fn with_timeout<T>(
        &self,
        bytes: u64,
        asking: impl Future<Output = object_store::Result<T>>,
    ) -> Result<T, BucketError> {
        match tokio::time::timeout(longest(bytes), asking).await {
            Ok(answer) => answer.map_err(|error| self.told(&error)),
            Err(_) => Err(self.late()),
        }
    }

    fn late(&self) -> BucketError {
        BucketError::Late { origin: self.0.address.origin() }
    }

    fn no_store(&self, why: String) -> BucketError {
        BucketError::NotAStore { origin: self.0.address.origin(), why }
    }

    /// Converts an error of the library. If our connector produced the cause, that more precise error is returned.
    fn told(&self, error: &object_store::Error) -> BucketError {
        if let object_store::Error::NotFound { .. } = error {
            return BucketError::Missing;
        }
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(current) = cause {
            if let Some(known) = current.downcast_ref::<BucketError>() {
                return known.clone();
            }
            cause = current.source();
        }
        match error {
            object_store::Error::InvalidPath { .. } => {
                self.no_store("there is a key that cannot be read".to_owned())
            }
            _ => self.no_store("it answers in another way".to_owned()),
        }
    }
}

fn longest(bytes: u64) -> Duration {
    LONGEST + Duration::from_secs(bytes / SLOWEST)
}

/// Reads a file in pieces, and verifies that it matches what is expected.
struct FilePieces {
    file: Option<File>,
    sum: digest::Context,
    left: u64,
    expected: Expected,
}

impl FilePieces {
    fn new(file: File, expected: Expected) -> Self {
        let sum = digest::Context::new(&digest::SHA256);
        Self { file: Some(file), sum, left: expected.bytes, expected }
    }

    const fn is_at_end(&self) -> bool {
        self.left == 0
    }

    /// Returns whether everything was read and matched.
    fn is_whole(&self) -> bool {
        self.left == 0 && self.sum.clone().finish().as_ref() == self.expected.digest
    }

    /// Returns the next bytes, at most `most`.
    async fn next(&mut self, most: u64) -> Result<Bytes, BucketError> {
        let disk = |why: String| BucketError::Disk { why: format!("it cannot be read: {why}") };
        let length = usize::try_from(most.min(self.left)).map_err(|error| disk(error.to_string()))?;
        let mut file = self.file.take().ok_or_else(|| disk("it was given up".to_owned()))?;
        let read = move || {
            let mut bytes = vec![0; length];
            file.read_exact(&mut bytes).map(|()| (file, bytes))
        };
        let read = tokio::task::spawn_blocking(read).await.map_err(|error| disk(error.to_string()))?;
        let (file, bytes) = read.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => BucketError::Differs,
            _ => disk(error.to_string()),
        })?;
        self.file = Some(file);
        self.sum.update(&bytes);
        self.left -= bytes.len() as u64;
        Ok(bytes.into())
    }
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
            // A machine may have none; then no store is trusted, and a request fails with that reason.
            let certificates = CertificateDer::pem_file_iter(SYSTEM_ROOTS).into_iter().flatten().flatten();
            trusted.add_parsable_certificates(certificates);
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(trusted).with_no_client_auth())
}
