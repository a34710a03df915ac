//! The account that an entry describes.

use super::attributes::EntryAttributes;
use super::times::{days, filetime, generalized};
use crate::record::{AccountRecord, AccountUse, PersonalAttributes};
use crate::text::{MOST_TEXTS, fit};
use countersign_names::Timestamp;

/// `ADS_UF_ACCOUNTDISABLE` of `userAccountControl` (MS-ADTS 2.2.16).
const DISABLED: i64 = 0x2;
/// `ADS_UF_DONT_EXPIRE_PASSWD`.
const PASSWORD_NEVER_EXPIRES: i64 = 0x1_0000;
/// `ADS_UF_SMARTCARD_REQUIRED`.
const SMARTCARD_REQUIRED: i64 = 0x4_0000;

/// The value of `pwdAccountLockedTime` that means: locked until an administrator unlocks it.
const LOCKED_FOR_GOOD: &str = "000001010000Z";

/// Reads an account.
pub(super) fn read(attributes: &EntryAttributes, dn: &str) -> AccountRecord {
    let control = attributes.number("useraccountcontrol");
    let says = |flag: i64| control.map(|control| control & flag != 0);
    AccountRecord {
        personal: personal(attributes),
        used_by: used_by(attributes),
        aliases: aliases(attributes, dn),
        description: attributes.text(&["description"]),
        owner: attributes.text(&["owner", "managedby"]),
        enabled: enabled(attributes),
        created_at: time(attributes, &["whencreated", "createtimestamp"]),
        last_used_at: last_used(attributes),
        password_set_at: attributes
            .number("pwdlastset")
            .and_then(filetime)
            .or_else(|| time(attributes, &["pwdchangedtime", "krblastpwdchange"]))
            .or_else(|| attributes.number("shadowlastchange").and_then(days)),
        password_never_expires: says(PASSWORD_NEVER_EXPIRES),
        expires_at: attributes
            .number("accountexpires")
            .and_then(filetime)
            .or_else(|| time(attributes, &["krbprincipalexpiration"]))
            .or_else(|| attributes.number("shadowexpire").and_then(days)),
        // That the flag is absent says nothing: a second factor may be asked for elsewhere.
        multi_factor: says(SMARTCARD_REQUIRED).filter(|required| *required),
    }
}

fn personal(attributes: &EntryAttributes) -> PersonalAttributes {
    PersonalAttributes {
        display_name: attributes.text(&["displayname", "cn", "gecos"]),
        given_name: attributes.text(&["givenname"]),
        family_name: attributes.text(&["sn"]),
        mails: mails(attributes),
        employee_number: attributes.text(&["employeenumber", "employeeid"]),
        employment: attributes.text(&["employeetype"]),
        title: attributes.text(&["title"]),
        department: attributes.text(&["department", "departmentnumber"]),
        location: attributes.text(&["l", "physicaldeliveryofficename"]),
        manager: attributes.text(&["manager"]),
    }
}

/// Returns the mail addresses, the primary one first. `proxyAddresses` has a prefix that says the protocol, in upper case
/// for the primary one.
fn mails(attributes: &EntryAttributes) -> Vec<String> {
    let mut mails = attributes.all_texts(&["mail"]);
    let proxies = attributes.all_texts(&["proxyaddresses"]);
    let of_mail = |prefix: &'static str| proxies.iter().filter_map(move |proxy| proxy.strip_prefix(prefix));
    let others = attributes.all_texts(&["mailalternateaddress", "maillocaladdress", "rfc822mailbox"]);
    for mail in of_mail("SMTP:").chain(of_mail("smtp:")).chain(others.iter().map(String::as_str)) {
        let known = mails.iter().any(|known| known.eq_ignore_ascii_case(mail));
        if !known && mails.len() < MOST_TEXTS {
            mails.push(mail.to_owned());
        }
    }
    mails
}

fn used_by(attributes: &EntryAttributes) -> Option<AccountUse> {
    let is_any = |of: &[&str]| {
        attributes.texts("objectclass").any(|class| of.iter().any(|known| class.eq_ignore_ascii_case(known)))
    };
    if is_any(&["msDS-GroupManagedServiceAccount", "msDS-ManagedServiceAccount", "applicationProcess"]) {
        return Some(AccountUse::Service);
    }
    if is_any(&["computer"]) {
        return Some(AccountUse::Machine);
    }
    // A service principal name lets anybody in the domain ask for a ticket to it: the account of a service.
    if attributes.has("serviceprincipalname") {
        return Some(AccountUse::Service);
    }
    attributes.has("employeenumber").then_some(AccountUse::Person)
}

fn aliases(attributes: &EntryAttributes, dn: &str) -> Vec<String> {
    let mut aliases =
        attributes.all_texts(&["userprincipalname", "uid", "samaccountname", "krbprincipalname"]);
    aliases.extend(fit(dn));
    aliases
}

/// Returns whether the account can be used, by the first of its servers' flags that is there.
fn enabled(attributes: &EntryAttributes) -> Option<bool> {
    if let Some(control) = attributes.number("useraccountcontrol") {
        return Some(control & DISABLED == 0);
    }
    if let Some(disabled) = attributes.flag("nsaccountlock").or_else(|| attributes.flag("logindisabled")) {
        return Some(!disabled);
    }
    let locked = attributes.texts("pwdaccountlockedtime").next();
    locked.filter(|since| *since == LOCKED_FOR_GOOD).map(|_| false)
}

/// Returns the newest of the moments at which a server noted a sign-in. `lastLogonTimestamp` is replicated, but up to 14
/// days late; `lastLogon` is exact, but of one domain controller.
fn last_used(attributes: &EntryAttributes) -> Option<Timestamp> {
    let ticks = ["lastlogon", "lastlogontimestamp"]
        .iter()
        .filter_map(|name| attributes.number(name).and_then(filetime));
    let times = ["authtimestamp", "pwdlastsuccess", "krblastsuccessfulauth", "lastlogintime", "lastlogin"];
    ticks.chain(times.iter().filter_map(|name| time(attributes, &[name]))).max()
}

pub(super) fn time(attributes: &EntryAttributes, names: &[&str]) -> Option<Timestamp> {
    names.iter().find_map(|name| attributes.texts(name).find_map(generalized))
}
