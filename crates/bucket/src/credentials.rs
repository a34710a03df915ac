//! The credentials for the store.

use crate::address::Kind;
use aws_lc_rs::digest;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};

/// The environment variables that are read if there is no file.
const VARIABLES: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// An access key with its secret.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
    pub(crate) token: Option<SecretString>,
}

/// Why there are no credentials. The content of the file is never shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// The file is not readable.
    #[error("{path} cannot be read: {why}")]
    Unreadable {
        /// The path.
        path: String,
        /// The error of the operating system.
        why: String,
    },
    /// The file lacks an entry.
    #[error("{path} has no {what} under [default]")]
    Lacks {
        /// The path.
        path: String,
        /// The name of the missing entry.
        what: &'static str,
    },
    /// An entry of the file cannot be part of a request.
    #[error("{path}: {what} has characters that no key has")]
    Malformed {
        /// The path, or the environment.
        path: String,
        /// The name of the malformed entry.
        what: &'static str,
    },
    /// The file is empty.
    #[error("{path} is empty")]
    Empty {
        /// The path.
        path: String,
    },
    /// The library that implements the store's protocol cannot use the credentials.
    #[error("they cannot be used for a store of this kind")]
    Unusable,
    /// Neither a file nor a role is configured.
    #[error("there is no credentials_file, and role is not true")]
    None,
    /// Both a file and a role are configured.
    #[error("there is a credentials_file although role is true: give one of them")]
    Both,
    /// Neither a file nor the environment has the credentials.
    #[error("there is no credentials_file, and {what} is not in the environment")]
    Nowhere {
        /// The missing environment variable.
        what: &'static str,
    },
}

/// The source of the credentials.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file. For S3 in the format of Amazon's tools, of which `[default]` is used; for Google the JSON of a service
    /// account; for Azure an access key of the account or a shared access signature. It is read for each request, so
    /// that rotated keys are used from the next request on.
    File(PathBuf),
    /// Fixed credentials, for S3.
    Given(Credentials),
    /// The role that the platform gives this machine or process.
    Role,
}

/// The current credentials.
pub(crate) struct Read {
    /// A digest, to detect changes.
    pub(crate) digest: [u8; 32],
    pub(crate) keys: Keys,
}

/// The credentials in the form that the store needs.
pub(crate) enum Keys {
    /// An access key of S3.
    Access(Credentials),
    /// The text of a file, for Google and Azure.
    Text(SecretString),
    /// The role of the platform.
    Role,
}

impl Source {
    /// Selects the file, the machine's role, or, for S3, the environment. Reads the credentials once, so that unusable
    /// ones are reported at once.
    ///
    /// # Errors
    /// If there are none, or they are unusable.
    pub fn find(kind: Kind, file: Option<&Path>, role: bool) -> Result<Self, CredentialsError> {
        let source = match (file, role) {
            (Some(file), false) => Self::File(file.to_owned()),
            (None, true) => Self::Role,
            (Some(_), true) => return Err(CredentialsError::Both),
            (None, false) if kind == Kind::S3 => Self::Given(Credentials::from_environment()?),
            (None, false) => return Err(CredentialsError::None),
        };
        source.read(kind).map(|_| source)
    }

    pub(crate) fn read(&self, kind: Kind) -> Result<Read, CredentialsError> {
        let sum = |parts: &[&str]| {
            let mut sum = digest::Context::new(&digest::SHA256);
            parts.iter().for_each(|part| sum.update(part.as_bytes()));
            sum.finish().as_ref().try_into().unwrap_or_default()
        };
        Ok(match self {
            Self::Role => Read { digest: [0; 32], keys: Keys::Role },
            Self::Given(given) => {
                let digest = sum(&[&given.id, given.secret.expose_secret()]);
                Read { digest, keys: Keys::Access(given.clone()) }
            }
            Self::File(path) => {
                let shown = path.display().to_string();
                let text = std::fs::read_to_string(path).map_err(|error| CredentialsError::Unreadable {
                    path: shown.clone(),
                    why: error.to_string(),
                })?;
                let digest = sum(&[&text]);
                let keys = match kind {
                    Kind::S3 => Keys::Access(Credentials::parse(&shown, &text)?),
                    Kind::Google | Kind::Azure => {
                        let text = text.trim();
                        if text.is_empty() {
                            return Err(CredentialsError::Empty { path: shown });
                        }
                        Keys::Text(text.to_owned().into())
                    }
                };
                Read { digest, keys }
            }
        })
    }
}

impl Credentials {
    /// Creates credentials from an id and a secret.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: SecretString::from(secret.into()), token: None }
    }

    fn from_environment() -> Result<Self, CredentialsError> {
        let [id, secret, token] =
            VARIABLES.map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let [id_name, secret_name, _] = VARIABLES;
        let id = id.ok_or(CredentialsError::Nowhere { what: id_name })?;
        let secret = secret.ok_or(CredentialsError::Nowhere { what: secret_name })?;
        Self::checked("the environment", id, secret, token)
    }

    /// Parses the `[default]` section of a file; lines before any heading count as well.
    fn parse(path: &str, text: &str) -> Result<Self, CredentialsError> {
        let (mut id, mut secret, mut token, mut ours) = (None, None, None, true);
        for line in text.lines().map(str::trim) {
            if line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(heading) = line.strip_prefix('[') {
                ours = heading.trim_end_matches(']').trim() == "default";
                continue;
            }
            let Some((name, value)) = line.split_once('=').filter(|_| ours) else { continue };
            let value = value.trim().to_owned();
            match name.trim().to_ascii_lowercase().as_str() {
                "aws_access_key_id" => id = Some(value),
                "aws_secret_access_key" => secret = Some(value),
                "aws_session_token" => token = Some(value),
                _ => {}
            }
        }
        let lacks = |what| CredentialsError::Lacks { path: path.to_owned(), what };
        let id = id.filter(|value| !value.is_empty()).ok_or_else(|| lacks("aws_access_key_id"))?;
        let secret =
            secret.filter(|value| !value.is_empty()).ok_or_else(|| lacks("aws_secret_access_key"))?;
        Self::checked(path, id, secret, token.filter(|value| !value.is_empty()))
    }

    fn checked(
        path: &str,
        id: String,
        secret: String,
        token: Option<String>,
    ) -> Result<Self, CredentialsError> {
        let visible = |value: &str| value.bytes().all(|byte| byte.is_ascii_graphic());
        let what = if !visible(&id) || id.contains([',', '/']) {
            Some("aws_access_key_id")
        } else if !visible(&secret) {
            Some("aws_secret_access_key")
        } else if !token.as_deref().is_none_or(visible) {
            Some("aws_session_token")
        } else {
            None
        };
        match what {
            Some(what) => Err(CredentialsError::Malformed { path: path.to_owned(), what }),
            None => Ok(Self { id, secret: secret.into(), token: token.map(SecretString::from) }),
        }
    }
}
