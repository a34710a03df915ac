//! `authorized_keys` (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"): which keys sign in to an account. Of a key the fingerprint
//! is read, as `ssh-keygen -lf` and the log of sshd write it.

use super::HostReading;
use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{
    CredentialClass, CredentialRecord, NodeBody, NodeKind, SourceKey, SourceNode, SourceRecord,
};
use crate::relations::{HeldRelations, InputPlace};
use crate::text::{fit, shortened};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use countersign_names::Timestamp;
use std::collections::BTreeMap;

/// Maximum number of characters of the value of an option.
const LONGEST_VALUE: usize = 200;

/// A key that signs in to an account.
pub(super) struct AuthorizedKey {
    pub(super) login: String,
    /// The fingerprint: `SHA256:` and the digest in base64.
    pub(super) fingerprint: SourceKey,
    /// Its type, its size and the comment behind it.
    pub(super) name: String,
    /// The options, without what may be a secret.
    pub(super) options: Vec<String>,
    /// Whether an option limits from where or until when.
    pub(super) conditional: bool,
    pub(super) place: String,
}

/// The keys of all hosts, by fingerprint.
#[derive(Default)]
pub(super) struct KeyNodes(BTreeMap<SourceKey, (String, Option<Timestamp>)>);

impl KeyNodes {
    /// Adds a key, or the moment of its use to the one that is there.
    pub(super) fn add(&mut self, fingerprint: &SourceKey, name: &str, used_at: Option<Timestamp>) {
        let known = self.0.entry(fingerprint.clone()).or_insert_with(|| (name.to_owned(), None));
        known.1 = known.1.max(used_at);
    }

    pub(super) fn hand_over<S: SourceSink>(
        self,
        report: &mut ReadingReport,
        relations: &mut HeldRelations,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        for (key, (name, last_used_at)) in self.0 {
            // A fingerprint is the key of nothing else.
            let place = InputPlace { file: u32::MAX, at: 0 };
            if relations.describe(&key, NodeKind::Credential, place).is_err() {
                continue;
            }
            let body = NodeBody::Credential(CredentialRecord {
                class: CredentialClass::SshKey,
                enabled: Some(true),
                created_at: None,
                last_used_at,
                expires_at: None,
            });
            report.nodes += 1;
            let node = SourceNode { key, name, body };
            sink.take(SourceRecord::Node(Box::new(node))).map_err(SourceError::Sink)?;
        }
        Ok(())
    }
}

impl HostReading<'_> {
    /// Reads a line of `authorized_keys` of an account, which is named by its login or its home folder.
    pub(super) fn key_line(&mut self, of: &str, path: &str, number: u64, line: &str) -> Result<(), String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let by_home = self.accounts.iter().find(|account| account.home == of && of.starts_with('/'));
        let last = of.rsplit('/').next().unwrap_or_default();
        let Some(login) = by_home.or_else(|| self.account(last)).map(|account| account.login.clone()) else {
            return Err(format!("`passwd` has no account `{}`", shortened(of)));
        };
        let (options, key) = split_options(line)?;
        let (kind, rest) = key.split_once([' ', '\t']).unwrap_or((key, ""));
        let rest = rest.trim_start();
        let (blob, comment) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        let bytes = STANDARD.decode(blob).map_err(|_| "its key is not base64".to_owned())?;
        let Some((named, fields)) = ssh_string(&bytes) else {
            return Err("its key is cut short".to_owned());
        };
        if named != kind.as_bytes() {
            return Err(format!("its key is not of the type `{}` that stands before it", shortened(kind)));
        }
        let fingerprint = format!("SHA256:{}", STANDARD_NO_PAD.encode(digest(&SHA256, &bytes)));
        let Some(fingerprint) = SourceKey::new(&fingerprint) else { return Ok(()) };
        let size = bits(kind, fields).map(|bits| format!(" {bits} bits")).unwrap_or_default();
        let name = fit(&format!("{kind}{size} {comment}")).unwrap_or_default();
        let conditional = options.iter().any(|(name, _)| matches!(name.as_str(), "from" | "expiry-time"));
        let options = options.iter().map(|(name, value)| shown(name, value.as_deref())).collect();
        let place = format!("`{path}`, line {number}");
        if let Some(account) = self.account_mut(&login) {
            account.has_keys = true;
        }
        self.keys.push(AuthorizedKey { login, fingerprint, name, options, conditional, place });
        Ok(())
    }
}

type KeyOption = (String, Option<String>);

/// Splits the options from the key. A line without options begins with the type of its key.
fn split_options(line: &str) -> Result<(Vec<KeyOption>, &str), String> {
    let first = line.split([' ', '\t']).next().unwrap_or_default();
    if is_type(first) {
        return Ok((Vec::new(), line));
    }
    let (mut quoted, mut escaped, mut end) = (false, false, line.len());
    let mut commas = Vec::new();
    for (at, character) in line.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => commas.push(at),
            ' ' | '\t' if !quoted => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    if quoted {
        return Err("a quote in its options does not end".to_owned());
    }
    let (options, key) = line.split_at(end);
    let key = key.trim_start();
    let kind = key.split([' ', '\t']).next().unwrap_or_default();
    if !is_type(kind) {
        return Err(format!("`{}` is no type of a key", shortened(kind)));
    }
    let mut from = 0;
    let mut read = Vec::new();
    for to in commas.into_iter().chain([options.len()]) {
        let option = options.get(from..to).unwrap_or_default();
        from = to + 1;
        let (name, value) =
            option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        let value = value.map(|value| value.trim_matches('"').replace("\\\"", "\""));
        if !name.is_empty() {
            read.push((name.to_ascii_lowercase(), value));
        }
    }
    Ok((read, key))
}

fn is_type(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"].iter().any(|start| word.starts_with(start))
}

/// Returns an option as it may stand in a record: of a command only the program, of the environment only the name.
fn shown(name: &str, value: Option<&str>) -> String {
    let safe = match (name, value) {
        (_, None) => None,
        ("from" | "expiry-time" | "permitopen" | "permitlisten" | "principals" | "tunnel", Some(value)) => {
            Some(value)
        }
        ("command", Some(value)) => value.split_whitespace().next(),
        ("environment", Some(value)) => value.split('=').next(),
        (_, Some(_)) => None,
    };
    let Some(value) = safe else { return shortened(name) };
    let value: String =
        value.chars().filter(|character| !character.is_control()).take(LONGEST_VALUE).collect();
    format!("{name}={value}")
}

/// Takes a string off the front of a key: its length in four bytes, and that many bytes (RFC 4251, section 5).
fn ssh_string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Returns the size of an RSA key, whose fields are the exponent and the modulus (RFC 4253, section 6.6).
fn bits(kind: &str, fields: &[u8]) -> Option<usize> {
    if kind != "ssh-rsa" {
        return None;
    }
    let (_, rest) = ssh_string(fields)?;
    let (modulus, _) = ssh_string(rest)?;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let first = modulus.get(zeros)?;
    let unused = usize::try_from(first.leading_zeros()).ok()?;
    Some((modulus.len() - zeros) * 8 - unused)
}
