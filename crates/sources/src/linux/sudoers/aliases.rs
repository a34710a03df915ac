//! Aliases: names in capitals that stand for lists, which may have aliases in them.

use super::ListItem;
use crate::text::shortened;
use std::collections::BTreeMap;

/// Maximum number of names that the lists of a host may have in all, with the aliases resolved.
const MOST_NAMES: usize = 1_000_000;

/// Maximum depth of aliases in aliases.
const DEEPEST: usize = 64;

/// What the names of an alias are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum AliasClass {
    User,
    RunAs,
    Host,
    Command,
}

/// The aliases of a host.
#[derive(Default)]
pub(in super::super) struct Aliases(BTreeMap<(AliasClass, String), Vec<ListItem>>);

impl Aliases {
    /// Defines an alias. Returns false if there is one of this name already.
    pub(super) fn define(&mut self, class: AliasClass, name: &str, items: Vec<ListItem>) -> bool {
        let place = (class, name.to_owned());
        if self.0.contains_key(&place) {
            return false;
        }
        self.0.insert(place, items);
        true
    }

    pub(in super::super) const fn resolution(&self) -> AliasResolution<'_> {
        AliasResolution { aliases: self, left: MOST_NAMES }
    }
}

/// Resolves the lists of a host, within a limit for all of them.
pub(in super::super) struct AliasResolution<'a> {
    aliases: &'a Aliases,
    left: usize,
}

impl AliasResolution<'_> {
    /// Returns the names of a list without aliases, and whether each is excluded; or why that cannot be.
    pub(in super::super) fn resolve(
        &mut self,
        class: AliasClass,
        items: &[ListItem],
    ) -> Result<Vec<ListItem>, String> {
        let mut names = Vec::new();
        self.add((class, items, false), &mut Vec::new(), &mut names)?;
        Ok(names)
    }

    fn add(
        &mut self,
        (class, items, is_excluded): (AliasClass, &[ListItem], bool),
        inside: &mut Vec<String>,
        names: &mut Vec<ListItem>,
    ) -> Result<(), String> {
        let aliases = self.aliases;
        for item in items {
            self.left = self.left.checked_sub(1).ok_or("the lists with their aliases have too many names")?;
            let excluded = is_excluded != item.excluded;
            let Some(nested) = aliases.0.get(&(class, item.name.clone())) else {
                names.push(ListItem { excluded, name: item.name.clone() });
                continue;
            };
            if inside.len() >= DEEPEST || inside.contains(&item.name) {
                return Err(format!("the alias `{}` contains itself, or is too deep", shortened(&item.name)));
            }
            inside.push(item.name.clone());
            self.add((class, nested, excluded), inside, names)?;
            inside.pop();
        }
        Ok(())
    }
}
