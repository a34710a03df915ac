//! Credentials, each on its own: unused, and old.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::table::HygieneDetector;
use countersign_sources::{CredentialClass, NodeBody};

impl DetectorRun<'_, '_> {
    pub(super) fn credentials(&mut self) {
        for (at, node) in self.view.nodes {
            let NodeBody::Credential(credential) = &node.body else { continue };
            if credential.enabled != Some(true)
                || credential.expires_at.is_some_and(|end| end <= self.view.now)
            {
                continue;
            }
            let enabled = || vec![FindingEvidence::new(at, "enabled", "true")];
            if let Some(used) = self.view.last_use(at, credential.last_used_at) {
                let limit = self.settings.unused_credential;
                self.add_if_old(
                    HygieneDetector::UnusedCredential,
                    at,
                    ("last_used_at", used),
                    limit,
                    enabled(),
                );
            }
            let oldest = match credential.class {
                CredentialClass::ApiKey => self.settings.oldest_api_key,
                CredentialClass::SshKey => self.settings.oldest_ssh_key,
                // People who must change passwords choose worse ones; certificates end by themselves; factors do not wear out.
                CredentialClass::Password | CredentialClass::Certificate | CredentialClass::SecondFactor => {
                    continue;
                }
            };
            if let Some(created) = credential.created_at {
                self.add_if_old(
                    HygieneDetector::OldStaticKey,
                    at,
                    ("created_at", created),
                    oldest,
                    enabled(),
                );
            }
        }
    }
}
