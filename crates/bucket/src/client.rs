//! What is done with a bucket.

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

/// Where Debian keeps the certificates that the machine trusts.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";
/// How long a request may take that moves nothing: less than a question waits, so that its answer says what was not read.
const LONGEST: Duration = Duration::from_secs(15);
/// The bytes a second below which a store counts as not answering.
const SLOWEST: u64 = 64 << 10;
/// Most bytes of a small object.
const SMALL: usize = 64 << 10;
/// Most objects that are listed: a bound on what a stranger can make us keep.
const MOST_LISTED: usize = 1 << 20;
/// A file of at most so many bytes is put by one request; the parts of a larger one are as large, or larger where there
/// would be too many.
const PART: u64 = 16 << 20;
/// Most parts that a store takes of one object; it is 10,000 for the strictest.
const PARTS: u64 = 9_000;

/// A bucket. Clones are handles to the same.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    address: Address,
    source: Source,
    connector: Connector,
    opened: Mutex<Option<OpenedStore>>,
}

/// The store, opened with some credentials: it keeps what they were exchanged for.
struct OpenedStore {
    /// Which credentials.
    digest: [u8; 32],
    store: Arc<dyn ObjectStore>,
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path under the prefix.
    pub key: String,
    /// How many bytes it has.
    pub bytes: u64,
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
    pub fn new(address: Address, source: Source, roots: Option<&[u8]>) -> Result<Self, String> {
        let machine = client_config(None)?;
        let store = if roots.is_some() { client_config(roots)? } else { machine.clone() };
        let connector = Connector::new(address.clone(), store, machine);
        Ok(Self(Arc::new(Inner { address, source, connector, opened: Mutex::default() })))
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
        if expected.bytes > PART {
            return self.put_parts(path, file, expected).await;
        }
        let mut pieces = Pieces::new(file, expected);
        let bytes = pieces.next(expected.bytes).await?;
        if !pieces.is_whole() {
            return Err(BucketError::Differs);
        }
        self.put(path, bytes).await
    }

    /// Puts a few bytes.
    ///
    /// # Errors
    /// When they are not known to be there.
    pub async fn put(&self, path: &str, bytes: Bytes) -> Result<(), BucketError> {
        let (store, key, length) = (self.store()?, self.key(path)?, bytes.len() as u64);
        self.with_timeout(length, store.put(&key, PutPayload::from_bytes(bytes))).await.map(drop)
    }

    /// An object is made of its parts only once the last of them was sent and all were what they should be. Until then there
    /// is none, and what was sent is given up.
    async fn put_parts(&self, path: &str, file: File, expected: Expected) -> Result<(), BucketError> {
        let (store, key) = (self.store()?, self.key(path)?);
        let mut upload = self.with_timeout(0, store.put_multipart(&key)).await?;
        let sent = self.send_parts(&mut *upload, file, expected).await;
        match sent {
            Ok(()) => self.with_timeout(expected.bytes, upload.complete()).await.map(drop),
            Err(error) => {
                // Where this fails too, the store's own rule for unfinished uploads clears them away.
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
        let mut pieces = Pieces::new(file, expected);
        while !pieces.is_at_end() {
            let bytes = pieces.next(part).await?;
            let length = bytes.len() as u64;
            self.with_timeout(length, upload.put_part(PutPayload::from_bytes(bytes))).await?;
        }
        if pieces.is_whole() { Ok(()) } else { Err(BucketError::Differs) }
    }

    /// A small object.
    ///
    /// # Errors
    /// When it is not there, not small, or cannot be had.
    pub async fn get(&self, path: &str) -> Result<Vec<u8>, BucketError> {
        let mut found = Vec::new();
        let too_large = || io::Error::other("it is larger than it should be");
        self.read(path, SMALL as u64, |piece| {
            found.extend_from_slice(piece);
            if found.len() > SMALL { Err(too_large()) } else { Ok(()) }
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

    /// Removes an object; one that is not there is removed already.
    ///
    /// # Errors
    /// When it is not known to be gone.
    pub async fn remove(&self, path: &str) -> Result<(), BucketError> {
        let (store, key) = (self.store()?, self.key(path)?);
        match self.with_timeout(0, store.delete(&key)).await {
            Ok(()) | Err(BucketError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Everything below a folder, by its path under the prefix.
    ///
    /// # Errors
    /// When it cannot be listed to its end.
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

    /// The store, opened with the credentials as they are now.
    fn store(&self) -> Result<Arc<dyn ObjectStore>, BucketError> {
        let Inner { address, source, connector, opened } = &*self.0;
        let read = source.read(address.kind)?;
        let mut opened = opened.lock();
        if let Some(before) = opened.as_ref().filter(|before| before.digest == read.digest) {
            return Ok(Arc::clone(&before.store));
        }
        // Nobody is asked yet: what is wrong is in the credentials, of which nothing is said.
        let store = open(address, &read, connector).map_err(|_| CredentialsError::Unusable)?;
        *opened = Some(OpenedStore { digest: read.digest, store: Arc::clone(&store) });
        Ok(store)
    }

    fn key(&self, path: &str) -> Result<Path, BucketError> {
        Path::parse(self.0.address.key(path)).map_err(|error| self.no_store(error.to_string()))
    }

    /// Waits as long as so many bytes may take.
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

    /// What became of a request. What we know better than the library lies at the bottom of its error.
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

/// A file, read to what it must be.
struct Pieces {
    file: Option<File>,
    sum: digest::Context,
    left: u64,
    expected: Expected,
}

impl Pieces {
    fn new(file: File, expected: Expected) -> Self {
        let sum = digest::Context::new(&digest::SHA256);
        Self { file: Some(file), sum, left: expected.bytes, expected }
    }

    const fn is_at_end(&self) -> bool {
        self.left == 0
    }

    /// Whether all of it was read, and is what it must be.
    fn is_whole(&self) -> bool {
        self.left == 0 && self.sum.clone().finish().as_ref() == self.expected.digest
    }

    /// The next bytes, so many at most.
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
