//! What a right over an object gives, by the names that collectors use (BloodHound's documentation of its edges).

use crate::record::{EdgeBody, PrivilegeLevel, Relation};

/// What a right gives.
#[derive(Clone, Copy)]
pub(super) struct HoundRight {
    pub(super) name: &'static str,
    pub(super) relation: Relation,
    pub(super) level: PrivilegeLevel,
    /// Whether it leads on only if something else is so too: a password that can be guessed, a service that listens.
    pub(super) conditional: bool,
}

impl HoundRight {
    /// Returns the right that takes the object.
    const fn control(name: &'static str) -> Self {
        Self { name, relation: Relation::Controls, level: PrivilegeLevel::Administer, conditional: false }
    }

    const fn perhaps(name: &'static str) -> Self {
        Self { conditional: true, ..Self::control(name) }
    }

    const fn use_of(name: &'static str, level: PrivilegeLevel) -> Self {
        Self { name, relation: Relation::May, level, conditional: false }
    }

    pub(super) fn body(self) -> EdgeBody {
        EdgeBody {
            rights: vec![self.name.to_owned()],
            level: Some(self.level),
            conditional: self.conditional,
            ..EdgeBody::default()
        }
    }
}

/// The rights of access control entries.
const OF_ENTRIES: [HoundRight; 28] = [
    HoundRight::control("GenericAll"),
    HoundRight::control("GenericWrite"),
    HoundRight::control("WriteDacl"),
    HoundRight::control("WriteOwner"),
    HoundRight::perhaps("WriteOwnerRaw"),
    HoundRight::perhaps("WriteOwnerLimitedRights"),
    HoundRight::control("Owns"),
    HoundRight::perhaps("OwnsRaw"),
    HoundRight::perhaps("OwnsLimitedRights"),
    HoundRight::control("AllExtendedRights"),
    HoundRight::control("ForceChangePassword"),
    HoundRight::control("AddMember"),
    HoundRight::control("AddMembers"),
    HoundRight::control("AddSelf"),
    HoundRight::control("AddAllowedToAct"),
    HoundRight::control("AddKeyCredentialLink"),
    HoundRight::control("WriteAccountRestrictions"),
    HoundRight::control("WriteGPLink"),
    HoundRight::perhaps("WriteSPN"),
    HoundRight::perhaps("WriteAltSecurityIdentities"),
    HoundRight::perhaps("WritePublicInformation"),
    HoundRight::control("ReadLAPSPassword"),
    HoundRight::control("SyncLAPSPassword"),
    HoundRight::control("ReadGMSAPassword"),
    HoundRight::control("DCSync"),
    // It takes the secrets of the domain, with the right of the next line, which whoever has it has in practice.
    HoundRight::control("GetChangesAll"),
    HoundRight::use_of("GetChanges", PrivilegeLevel::Read),
    HoundRight::use_of("GetChangesInFilteredSet", PrivilegeLevel::Read),
];

pub(super) const ADMIN_TO: HoundRight = HoundRight::control("AdminTo");
pub(super) const HAS_SESSION: HoundRight = HoundRight::control("HasSession");
pub(super) const HAS_SID_HISTORY: HoundRight = HoundRight::control("HasSIDHistory");
pub(super) const ALLOWED_TO_DELEGATE: HoundRight = HoundRight::control("AllowedToDelegate");
pub(super) const ALLOWED_TO_ACT: HoundRight = HoundRight::control("AllowedToAct");
pub(super) const DUMP_SMSA: HoundRight = HoundRight::control("DumpSMSAPassword");
pub(super) const CONTAINS: HoundRight = HoundRight::control("Contains");
/// An object that does not inherit rights is not controlled through its container, unless by a policy.
pub(super) const CONTAINS_PROTECTED: HoundRight = HoundRight::perhaps("Contains");
pub(super) const LINKED_POLICY: HoundRight = HoundRight::control("GPLink");
pub(super) const DOMAIN_CONTROLLER: HoundRight = HoundRight::control("DCFor");
/// A computer that may act as anybody who connects to it takes the domain if it gets a controller to connect.
pub(super) const COERCE: HoundRight = HoundRight::perhaps("CoerceToTGT");
pub(super) const UNFILTERED_TRUST: HoundRight = HoundRight::perhaps("TrustWithoutSIDFiltering");
pub(super) const SQL_ADMIN: HoundRight = HoundRight::use_of("SQLAdmin", PrivilegeLevel::Administer);
pub(super) const REMOTE_DESKTOP: HoundRight = HoundRight::use_of("CanRDP", PrivilegeLevel::Read);
pub(super) const DCOM: HoundRight = HoundRight::use_of("ExecuteDCOM", PrivilegeLevel::Write);
pub(super) const PS_REMOTE: HoundRight = HoundRight::use_of("CanPSRemote", PrivilegeLevel::Write);

/// Returns the right of an access control entry.
pub(super) fn of_entry(name: &str) -> Option<HoundRight> {
    OF_ENTRIES.iter().find(|right| right.name.eq_ignore_ascii_case(name)).copied()
}

/// Returns what a local group of a computer gives over the computer, by the last part of its identifier.
pub(super) fn of_local_group(sid: &str) -> Option<HoundRight> {
    match sid.rsplit('-').next()? {
        "544" => Some(ADMIN_TO),
        "555" => Some(REMOTE_DESKTOP),
        "562" => Some(DCOM),
        "580" => Some(PS_REMOTE),
        _ => None,
    }
}
