//! The objects of a collection, as the sources of SharpHound and of BloodHound's ingestion have them.

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, de};
use serde_json::Value;
use std::fmt;
use std::marker::PhantomData;

/// What the objects of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectClass {
    User,
    Computer,
    Group,
    Domain,
    Unit,
    Policy,
    Container,
}

impl ObjectClass {
    /// Returns the class with this name in `meta`, or in the name of a file.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "users" => Some(Self::User),
            "computers" => Some(Self::Computer),
            "groups" => Some(Self::Group),
            "domains" => Some(Self::Domain),
            "ous" => Some(Self::Unit),
            "gpos" => Some(Self::Policy),
            "containers" => Some(Self::Container),
            _ => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Computer => "computers",
            Self::Group => "groups",
            Self::Domain => "domains",
            Self::Unit => "ous",
            Self::Policy => "gpos",
            Self::Container => "containers",
        }
    }
}

/// What a file says about itself.
#[derive(Debug, Deserialize)]
pub(super) struct HoundMeta {
    #[serde(default, rename = "type")]
    pub(super) class: Option<String>,
    #[serde(default)]
    pub(super) count: Option<u64>,
    #[serde(default)]
    pub(super) version: Option<i64>,
}

/// An object of any class: what the classes have in common, and the lists that only one of them has.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HoundObject {
    #[serde(default)]
    pub(super) object_identifier: String,
    #[serde(default)]
    pub(super) properties: HoundProperties,
    #[serde(default)]
    pub(super) aces: HoundList<HoundAce>,
    #[serde(default)]
    pub(super) is_deleted: bool,
    #[serde(default, rename = "IsACLProtected")]
    pub(super) is_acl_protected: bool,
    #[serde(default)]
    pub(super) contained_by: Option<HoundPrincipal>,
    #[serde(default)]
    pub(super) child_objects: HoundList<HoundPrincipal>,
    #[serde(default)]
    pub(super) members: HoundList<HoundPrincipal>,
    #[serde(default, rename = "PrimaryGroupSID")]
    pub(super) primary_group_sid: Option<String>,
    #[serde(default, rename = "HasSIDHistory")]
    pub(super) has_sid_history: HoundList<HoundPrincipal>,
    #[serde(default)]
    pub(super) allowed_to_delegate: HoundList<HoundPrincipal>,
    #[serde(default)]
    pub(super) allowed_to_act: HoundList<HoundPrincipal>,
    #[serde(default, rename = "DumpSMSAPassword")]
    pub(super) dump_smsa_password: HoundList<HoundPrincipal>,
    #[serde(default, rename = "SPNTargets")]
    pub(super) spn_targets: HoundList<SpnTarget>,
    #[serde(default)]
    pub(super) sessions: HoundResults<HoundSession>,
    #[serde(default)]
    pub(super) privileged_sessions: HoundResults<HoundSession>,
    #[serde(default)]
    pub(super) registry_sessions: HoundResults<HoundSession>,
    #[serde(default)]
    pub(super) local_groups: HoundList<LocalGroup>,
    #[serde(default)]
    pub(super) local_admins: HoundResults<HoundPrincipal>,
    #[serde(default)]
    pub(super) remote_desktop_users: HoundResults<HoundPrincipal>,
    #[serde(default)]
    pub(super) dcom_users: HoundResults<HoundPrincipal>,
    #[serde(default, rename = "PSRemoteUsers")]
    pub(super) ps_remote_users: HoundResults<HoundPrincipal>,
    #[serde(default, rename = "IsDC")]
    pub(super) is_dc: Option<bool>,
    #[serde(default, rename = "DomainSID")]
    pub(super) domain_sid: Option<String>,
    #[serde(default)]
    pub(super) unconstrained_delegation: Option<bool>,
    #[serde(default)]
    pub(super) trusts: HoundList<HoundTrust>,
    #[serde(default)]
    pub(super) links: HoundList<PolicyLink>,
    #[serde(default, rename = "GPOChanges")]
    pub(super) gpo_changes: Option<PolicyChanges>,
}

/// The properties that are read. Others, some of which are passwords, are passed over. Collectors differ in their types.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct HoundProperties {
    pub(super) name: Value,
    pub(super) domain: Value,
    pub(super) domainsid: Value,
    pub(super) samaccountname: Value,
    pub(super) distinguishedname: Value,
    pub(super) displayname: Value,
    pub(super) description: Value,
    pub(super) email: Value,
    pub(super) title: Value,
    pub(super) enabled: Value,
    pub(super) hasspn: Value,
    pub(super) gmsa: Value,
    pub(super) msa: Value,
    pub(super) lastlogon: Value,
    pub(super) lastlogontimestamp: Value,
    pub(super) pwdlastset: Value,
    pub(super) pwdneverexpires: Value,
    pub(super) whencreated: Value,
    pub(super) unconstraineddelegation: Value,
    pub(super) gpcpath: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HoundAce {
    #[serde(rename = "PrincipalSID")]
    pub(super) principal_sid: String,
    #[serde(default)]
    pub(super) principal_type: String,
    pub(super) right_name: String,
}

/// A reference to an object, with its type if the collector knew it.
pub(super) struct HoundPrincipal {
    pub(super) identifier: String,
    pub(super) class: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SpnTarget {
    #[serde(rename = "ComputerSID")]
    pub(super) computer_sid: String,
    #[serde(default)]
    pub(super) service: String,
}

#[derive(Deserialize)]
pub(super) struct HoundSession {
    #[serde(rename = "UserSID")]
    pub(super) user_sid: String,
}

/// What was collected from a computer. It may be `null`.
#[derive(Deserialize)]
#[serde(from = "Option<ResultFields<T>>", bound = "T: Deserialize<'de>")]
pub(super) struct HoundResults<T> {
    pub(super) results: HoundList<T>,
    pub(super) collected: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: Deserialize<'de>")]
struct ResultFields<T> {
    #[serde(default)]
    results: HoundList<T>,
    #[serde(default)]
    collected: Option<bool>,
}

impl<T> From<Option<ResultFields<T>>> for HoundResults<T> {
    fn from(fields: Option<ResultFields<T>>) -> Self {
        fields.map_or_else(Self::default, |ResultFields { results, collected }| Self { results, collected })
    }
}

impl<T> Default for HoundResults<T> {
    fn default() -> Self {
        Self { results: HoundList::default(), collected: None }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LocalGroup {
    #[serde(default)]
    pub(super) object_identifier: String,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) results: HoundList<HoundPrincipal>,
    #[serde(default)]
    pub(super) local_names: HoundList<LocalName>,
    #[serde(default)]
    pub(super) collected: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LocalName {
    pub(super) object_identifier: String,
    #[serde(default)]
    pub(super) principal_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HoundTrust {
    #[serde(default, alias = "TargetDomainSID")]
    pub(super) target_domain_sid: Option<String>,
    #[serde(default)]
    pub(super) target_domain_name: Option<String>,
    /// A word, or the number of it.
    #[serde(default)]
    pub(super) trust_direction: Value,
    #[serde(default)]
    pub(super) sid_filtering_enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyLink {
    #[serde(rename = "GUID", alias = "Guid")]
    pub(super) guid: String,
}

/// What a group policy makes of the local groups of computers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyChanges {
    #[serde(default)]
    pub(super) local_admins: HoundList<HoundPrincipal>,
    #[serde(default)]
    pub(super) remote_desktop_users: HoundList<HoundPrincipal>,
    #[serde(default)]
    pub(super) dcom_users: HoundList<HoundPrincipal>,
    #[serde(default, rename = "PSRemoteUsers")]
    pub(super) ps_remote_users: HoundList<HoundPrincipal>,
    #[serde(default)]
    pub(super) affected_computers: HoundList<HoundPrincipal>,
}

/// A list, which may be `null`.
pub(super) struct HoundList<T> {
    pub(super) items: Vec<T>,
    /// Whether the object has the list at all.
    pub(super) is_there: bool,
}

impl<T> Default for HoundList<T> {
    fn default() -> Self {
        Self { items: Vec::new(), is_there: false }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for HoundList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Option::<Vec<T>>::deserialize(deserializer)?;
        Ok(Self { items: items.unwrap_or_default(), is_there: true })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TypedPrincipal {
    object_identifier: Option<String>,
    #[serde(default)]
    object_type: Value,
}

impl<'de> Deserialize<'de> for HoundPrincipal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PrincipalVisitor;
        impl<'de> Visitor<'de> for PrincipalVisitor {
            type Value = HoundPrincipal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with `ObjectIdentifier`, or an identifier")
            }

            fn visit_str<E: de::Error>(self, identifier: &str) -> Result<HoundPrincipal, E> {
                Ok(HoundPrincipal { identifier: identifier.to_owned(), class: String::new() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HoundPrincipal, A::Error> {
                let typed = TypedPrincipal::deserialize(MapAccessDeserializer::new(map))?;
                let class = typed.object_type.as_str().unwrap_or_default().to_owned();
                Ok(HoundPrincipal { identifier: typed.object_identifier.unwrap_or_default(), class })
            }
        }
        deserializer.deserialize_any(PrincipalVisitor)
    }
}

impl HoundObject {
    /// Returns the class that follows from the lists that the object has. `None` if it is of a class that is not read.
    pub(super) fn class(&self) -> Option<ObjectClass> {
        let is_computer = self.sessions.results.is_there
            || self.privileged_sessions.results.is_there
            || self.local_groups.is_there
            || self.local_admins.results.is_there
            || self.allowed_to_act.is_there;
        if is_computer {
            Some(ObjectClass::Computer)
        } else if self.spn_targets.is_there {
            Some(ObjectClass::User)
        } else if self.trusts.is_there {
            Some(ObjectClass::Domain)
        } else if self.members.is_there {
            Some(ObjectClass::Group)
        } else if self.gpo_changes.is_some() || self.links.is_there {
            Some(ObjectClass::Unit)
        } else if self.child_objects.is_there {
            Some(ObjectClass::Container)
        } else if !self.properties.gpcpath.is_null() {
            Some(ObjectClass::Policy)
        } else {
            None
        }
    }
}

/// Reads the elements of a list one after the other, each handed to a function.
pub(super) struct EachElement<'f, T, F>(pub(super) &'f mut F, pub(super) PhantomData<T>);

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), ()>> de::DeserializeSeed<'de>
    for EachElement<'_, T, F>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), ()>> Visitor<'de> for EachElement<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element()? {
            (self.0)(element).map_err(|()| de::Error::custom("the reading was stopped"))?;
        }
        Ok(())
    }
}

/// Passes over a value.
pub(super) fn pass_over<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(|_| ())
}
