//! What all the facts of one command come to, and what no command may bring about although each of its facts makes sense.
//!
//! These rules are asked of commands alone, at the head that they append to, and never of a journal that is read again:
//! what stands in a journal happened, whatever rules there were at the time.

use crate::contradiction::Contradiction;
use crate::{Person, World};
use countersign_facts::{Fact, Stated};
use std::sync::Arc;

impl World {
    /// The world after everything that one command states.
    ///
    /// # Errors
    /// When one of the facts does not make sense after those before it, or when together they would leave the
    /// installation without an administrator who can sign in, or without a key that signs assertions.
    pub fn after(&self, stated: &[Stated]) -> Result<Self, Contradiction> {
        let mut next = self.clone();
        stated.iter().try_for_each(|fact| next.apply(fact))?;
        for fact in stated {
            if let Some(field) = unseats(&fact.fact) {
                next.keeps_an_administrator_of(self, field)?;
            }
            if let Fact::AssertionKeyRetired { kid } = &fact.fact {
                next.keeps_a_key(kid)?;
            }
        }
        Ok(next)
    }

    /// Every administrator who could sign in: active, and with a passkey.
    pub fn administrators_with_passkeys(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.administrators().filter(|known| self.credentials_of(known.id).next().is_some())
    }

    /// Where nobody could administer before, nothing is lost: the machine's operator is the only one, and stays.
    fn keeps_an_administrator_of(&self, before: &Self, field: &'static str) -> Result<(), Contradiction> {
        if self.administrators_with_passkeys().next().is_some() {
            return Ok(());
        }
        let mut gone: Vec<_> =
            before.administrators_with_passkeys().map(|known| known.about.email.as_str()).collect();
        gone.sort_unstable();
        match gone.as_slice() {
            [] => Ok(()),
            [only] => Err(Contradiction::last(
                field,
                format!("{only} is the last administrator who can sign in: appoint another first"),
            )),
            all => Err(Contradiction::last(
                field,
                format!(
                    "{} are the last administrators who can sign in: appoint another first",
                    all.join(", ")
                ),
            )),
        }
    }

    fn keeps_a_key(&self, retired: &str) -> Result<(), Contradiction> {
        if self.assertion_keys().any(|known| known.rotated_at.is_none()) {
            return Ok(());
        }
        Err(Contradiction::last(
            "kid",
            format!("no key but {retired} signs assertions: let another be made first"),
        ))
    }
}

/// The field of a fact by which somebody may stop being an administrator, or stop being able to sign in. A recovery
/// takes passkeys away too, and gives one in the same breath.
const fn unseats(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::PersonSuspended { .. } | Fact::PersonRemoved { .. } => Some("person"),
        Fact::MemberRemoved { .. } => Some("member"),
        Fact::GroupRemoved { .. } => Some("group"),
        Fact::CredentialRemoved { .. } => Some("credential"),
        _ => None,
    }
}
