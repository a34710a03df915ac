//! The detectors: what each looks for, what it needs, and what to do.

use crate::finding::HygieneSeverity;

/// A detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HygieneDetector {
    /// An account that works, of nobody.
    OrphanedAccount,
    /// An account that works and has not been used for long.
    UnusedAccount,
    /// A credential that works and has not been used for long.
    UnusedCredential,
    /// An account that works, of a person who left.
    AccountOfLeaver,
    /// Two current records that may be one person.
    DuplicatePerson,
    /// A service, automation or machine that nobody answers for.
    OwnerlessIdentity,
    /// A static key that has been the same for long.
    OldStaticKey,
    /// An account of a person without a second factor.
    MissingMultiFactor,
    /// A group or role that nobody is in.
    EmptyGroup,
    /// A role or group that nobody has used for long.
    DormantGroup,
    /// Two roles with nearly the same rights.
    NearDuplicateRoles,
    /// A role that one account has.
    RoleOfOne,
    /// Power over a system that lasts.
    StandingPrivilege,
    /// Duties in one hand that a rule keeps apart.
    SeparationOfDuty,
    /// Sources that contradict each other about a person.
    ContradictingSources,
    /// An account that several people use.
    SharedAccount,
    /// A right that was granted and has not been used for long.
    UnusedRight,
    /// An account that is not asked for a second factor.
    MultiFactorExemption,
}

/// What there is to know about a detector.
#[derive(Debug, Clone, Copy)]
pub struct DetectorRow {
    /// The detector.
    pub detector: HygieneDetector,
    /// Its name in tables and on the wire.
    pub name: &'static str,
    /// What sources must say for a verdict.
    pub needs: &'static str,
    /// Its thresholds, and where they come from.
    pub defaults: &'static str,
    /// How bad it is, without power over a system.
    pub severity: HygieneSeverity,
    /// What to do.
    pub fix: &'static str,
}

/// All detectors.
pub const DETECTORS: [DetectorRow; 18] = [
    DetectorRow {
        detector: HygieneDetector::OrphanedAccount,
        name: "orphaned_account",
        needs: "that it is enabled; a name, number or address by which a person would have been found",
        defaults: "none",
        severity: HygieneSeverity::High,
        fix: "Find out whose it is and link it, or disable it.",
    },
    DetectorRow {
        detector: HygieneDetector::UnusedAccount,
        name: "unused_account",
        needs: "that it is enabled; when it was used last",
        defaults: "people 90 days, as is usual for directories; others and unknown ones 180; kept for emergencies 365, for a yearly test; a notice 14 days before",
        severity: HygieneSeverity::Medium,
        fix: "Disable it, and delete it after the time in which somebody may miss it.",
    },
    DetectorRow {
        detector: HygieneDetector::UnusedCredential,
        name: "unused_credential",
        needs: "that it is enabled; when it was used last",
        defaults: "90 days; CIS benchmarks have 45 for cloud accounts and leave it to the enterprise",
        severity: HygieneSeverity::Medium,
        fix: "Delete the credential; the account can stay.",
    },
    DetectorRow {
        detector: HygieneDetector::AccountOfLeaver,
        name: "account_of_leaver",
        needs: "that all records of the person have ended; that the account is enabled",
        defaults: "none",
        severity: HygieneSeverity::High,
        fix: "Disable the account, and end its sessions and keys.",
    },
    DetectorRow {
        detector: HygieneDetector::DuplicatePerson,
        name: "duplicate_person",
        needs: "two current records, and a number or address that they share",
        defaults: "the threshold `review` of the rules of correlation",
        severity: HygieneSeverity::Low,
        fix: "Merge the two, or say that they are not the same.",
    },
    DetectorRow {
        detector: HygieneDetector::OwnerlessIdentity,
        name: "ownerless_identity",
        needs: "that it is no person; that no source names an owner, or that the owner is unknown",
        defaults: "none",
        severity: HygieneSeverity::Medium,
        fix: "Name a person who answers for it, or disable it.",
    },
    DetectorRow {
        detector: HygieneDetector::OldStaticKey,
        name: "old_static_key",
        needs: "that it is an enabled key; when it was created",
        defaults: "interface keys 90 days (CIS AWS), SSH keys 365; passwords are not judged by age (NIST SP 800-63B)",
        severity: HygieneSeverity::Medium,
        fix: "Replace it with a short-lived credential, or rotate it.",
    },
    DetectorRow {
        detector: HygieneDetector::MissingMultiFactor,
        name: "missing_multi_factor",
        needs: "that the source says there is none; that the account is enabled and belongs to a person",
        defaults: "none",
        severity: HygieneSeverity::High,
        fix: "Have the person register a passkey, or sign in through this platform.",
    },
    DetectorRow {
        detector: HygieneDetector::EmptyGroup,
        name: "empty_group",
        needs: "that the source says who is in groups; when it was created",
        defaults: "older than 30 days",
        severity: HygieneSeverity::Low,
        fix: "Delete it: whoever can add members could give away what it still may do.",
    },
    DetectorRow {
        detector: HygieneDetector::DormantGroup,
        name: "dormant_group",
        needs: "when it was used last",
        defaults: "90 days, as for accounts",
        severity: HygieneSeverity::Low,
        fix: "Take its members out, and delete it after the time in which somebody may miss it.",
    },
    DetectorRow {
        detector: HygieneDetector::NearDuplicateRoles,
        name: "near_duplicate_roles",
        needs: "what roles may do",
        defaults: "at least 4 rights each, of which they share 80 %",
        severity: HygieneSeverity::Low,
        fix: "Make one role of the two, without the rights that nobody needs.",
    },
    DetectorRow {
        detector: HygieneDetector::RoleOfOne,
        name: "role_of_one",
        needs: "who has the role; when it was created",
        defaults: "older than 30 days",
        severity: HygieneSeverity::Low,
        fix: "Give the account what it needs through a role that others have too, or as a grant that ends.",
    },
    DetectorRow {
        detector: HygieneDetector::StandingPrivilege,
        name: "standing_privilege",
        needs: "a membership in a privileged group, or a right to administer, without conditions, of an enabled account of a person",
        defaults: "accounts that are kept for emergencies are left out",
        severity: HygieneSeverity::High,
        fix: "Take the privilege away, and give it just in time.",
    },
    DetectorRow {
        detector: HygieneDetector::SeparationOfDuty,
        name: "separation_of_duty",
        needs: "a rule; memberships of both sides in one identity",
        defaults: "none: each organisation writes its rules",
        severity: HygieneSeverity::High,
        fix: "Take one of the two duties away, or open an exception with an authority and an end.",
    },
    DetectorRow {
        detector: HygieneDetector::ContradictingSources,
        name: "contradicting_sources",
        needs: "two current nodes of one person with other departments, locations, titles or kinds of employment",
        defaults: "none",
        severity: HygieneSeverity::Low,
        fix: "Correct the source that is wrong, or link the account to another person.",
    },
    DetectorRow {
        detector: HygieneDetector::SharedAccount,
        name: "shared_account",
        needs: "that it is enabled; keys whose comments name several people, a password of a service that was used, or sessions of a person at many computers at once",
        defaults: "5 computers; a password that was used within 90 days",
        severity: HygieneSeverity::Medium,
        fix: "Give each person an account of their own, and take the keys and passwords away.",
    },
    DetectorRow {
        detector: HygieneDetector::UnusedRight,
        name: "unused_right",
        needs: "when the right or membership was used last; that its holder is an enabled account, a group or a role",
        defaults: "90 days, also since it was granted if the source says when; not for emergencies",
        severity: HygieneSeverity::Low,
        fix: "Take the right away; it can be granted again for as long as it is needed.",
    },
    DetectorRow {
        detector: HygieneDetector::MultiFactorExemption,
        name: "multi_factor_exemption",
        needs: "that it is enabled; a membership in a group that the operator says exempts, or a password that works without a second factor where nearly all people of the source have one",
        defaults: "90 % of at least 10 people; not for emergencies",
        severity: HygieneSeverity::Medium,
        fix: "Take it out of the exemption and register a passkey, or remove its password.",
    },
];

impl HygieneDetector {
    /// Returns what there is to know about it.
    pub fn row(self) -> &'static DetectorRow {
        let row = DETECTORS.iter().find(|row| row.detector == self);
        row.unwrap_or_else(|| unreachable!("a test finds each detector in the table"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_detector_once_and_in_order() {
        let listed: Vec<HygieneDetector> = DETECTORS.iter().map(|row| row.detector).collect();
        assert!(listed.is_sorted() && listed.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(listed.last(), Some(&HygieneDetector::MultiFactorExemption));
        assert_eq!(listed.len(), HygieneDetector::MultiFactorExemption as usize + 1);
    }
}
