//! Access that follows from roles, with noise: who holds what, and which role each identity has in truth.

use crate::SeededDice;
use std::collections::{BTreeMap, BTreeSet};

/// How far access is from what roles say, in grants of a thousand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccessNoise {
    /// Grants of a role that its member lacks.
    pub missing: u64,
    /// Grants beyond all roles, each of an entitlement drawn among all.
    pub extra: u64,
}

/// An identity with what it holds.
#[derive(Debug, Clone, Default)]
pub struct PlantedHolder {
    /// Its key.
    pub key: String,
    /// Whether it is a person.
    pub is_person: bool,
    /// Its attributes. A sixth of the people have a title that is not the one of their function.
    pub attributes: BTreeMap<String, String>,
    /// The entitlements that it holds, which says nothing about its function.
    pub held: Vec<String>,
    /// Its function, by number: the role that it has in truth, beside those of everybody, of its department and of projects.
    pub function: usize,
}

/// What the identities of an organisation hold, and why.
#[derive(Debug, Clone, Default)]
pub struct PlantedAccess {
    /// The identities.
    pub holders: Vec<PlantedHolder>,
    /// How many functions there are.
    pub functions: usize,
}

const DEPARTMENTS: usize = 12;
const LOCATIONS: usize = 9;

/// A function of a department, or a purpose of services.
struct PlantedFunction {
    title: String,
    entitlements: Vec<String>,
}

/// The roles of an organisation before anybody has them.
struct RoleBook {
    everybody: Vec<String>,
    departments: Vec<Vec<String>>,
    locations: Vec<Vec<String>>,
    /// The functions of each department; the last list has the purposes of services.
    functions: Vec<Vec<PlantedFunction>>,
    projects: Vec<Vec<String>>,
}

impl PlantedAccess {
    /// Creates the access of a seed for `size` identities, a tenth of them services.
    ///
    /// Everybody has 4 entitlements, a department 3 to 6, a location up to 2, and a function 5 to 14, of which a third is drawn
    /// from a pool of its department, so that functions overlap. Three in ten people are in a project or two.
    pub fn plant(seed: u64, size: usize, noise: AccessNoise) -> Self {
        let mut dice = SeededDice::new(seed);
        let book = RoleBook::write(&mut dice, size);
        let mut access = Self { functions: book.functions.iter().map(Vec::len).sum(), ..Self::default() };
        for number in 0..size {
            access.holders.push(book.holder(&mut dice, number, number % 10 != 9));
        }
        disturb(&mut dice, &mut access.holders, noise);
        access
    }

    /// Compares roles with the truth by the adjusted Rand index of two partitions: identities by function, and by the role that
    /// was found for them. Identities without one are each on their own.
    pub fn measure_roles(&self, found: &[Option<usize>]) -> f64 {
        let pairs = self.holders.iter().enumerate().map(|(number, holder)| {
            let role = found.get(number).copied().flatten();
            (holder.function, role.map_or((1, number), |role| (0, role)))
        });
        adjusted_rand_index(pairs)
    }
}

impl RoleBook {
    fn write(dice: &mut SeededDice, size: usize) -> Self {
        let functions = (size / (DEPARTMENTS * 60)).clamp(3, 40);
        let mut lists: Vec<Vec<PlantedFunction>> = (0..DEPARTMENTS)
            .map(|department| {
                let pool = draw(dice, 20);
                (0..functions).map(|number| function(dice, &pool, department, number)).collect()
            })
            .collect();
        let purposes = (0..functions * 2)
            .map(|_| PlantedFunction { title: String::new(), entitlements: between(dice, 4, 8) })
            .collect();
        lists.push(purposes);
        Self {
            everybody: draw(dice, 4),
            departments: (0..DEPARTMENTS).map(|_| between(dice, 3, 6)).collect(),
            locations: (0..LOCATIONS).map(|_| between(dice, 0, 2)).collect(),
            functions: lists,
            projects: (0..size / 100).map(|_| between(dice, 4, 8)).collect(),
        }
    }

    fn holder(&self, dice: &mut SeededDice, number: usize, is_person: bool) -> PlantedHolder {
        let key = format!("{:016x}", dice.roll());
        let department = if is_person { dice.skewed(DEPARTMENTS) } else { DEPARTMENTS };
        let none = Vec::new();
        let functions = self.functions.get(department).unwrap_or(&none);
        let chosen = dice.skewed(functions.len());
        let before: usize = self.functions.iter().take(department).map(Vec::len).sum();
        let mut holder =
            PlantedHolder { key, is_person, function: before + chosen, ..PlantedHolder::default() };
        let mut held: Vec<&Vec<String>> =
            functions.get(chosen).map(|function| &function.entitlements).into_iter().collect();
        if is_person {
            let location = dice.skewed(LOCATIONS);
            held.push(&self.everybody);
            held.extend(self.departments.get(department));
            held.extend(self.locations.get(location));
            if dice.chance(300) {
                for _ in 0..=dice.below(2) {
                    held.extend(self.projects.get(dice.below(self.projects.len())));
                }
            }
            let titled = if dice.chance(160) { dice.below(functions.len()) } else { chosen };
            let title = functions.get(titled).map_or("", |function| &function.title);
            holder.attributes = [
                ("department", format!("department {department}")),
                ("location", format!("location {location}")),
                ("title", title.to_owned()),
                ("employment", if number.is_multiple_of(8) { "contractor" } else { "employee" }.to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
        }
        holder.held = held.into_iter().flatten().cloned().collect();
        holder
    }
}

/// Two functions in four share a title with the one before.
fn function(dice: &mut SeededDice, pool: &[String], department: usize, number: usize) -> PlantedFunction {
    let named = if number % 2 == 1 && dice.chance(500) { number - 1 } else { number };
    let size = 5 + dice.below(10);
    let mut entitlements: BTreeSet<String> = draw(dice, size - size / 3).into_iter().collect();
    for _ in 0..size / 3 {
        entitlements.extend(pool.get(dice.below(pool.len())).cloned());
    }
    PlantedFunction {
        title: format!("title {department}.{named}"),
        entitlements: entitlements.into_iter().collect(),
    }
}

/// Draws names of entitlements. They say nothing about where they belong.
fn draw(dice: &mut SeededDice, count: usize) -> Vec<String> {
    (0..count).map(|_| format!("{:016x}", dice.roll())).collect()
}

fn between(dice: &mut SeededDice, least: usize, most: usize) -> Vec<String> {
    let count = least + dice.below(most - least + 1);
    draw(dice, count)
}

fn disturb(dice: &mut SeededDice, holders: &mut [PlantedHolder], noise: AccessNoise) {
    let all: Vec<String> = holders
        .iter()
        .flat_map(|holder| &holder.held)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .cloned()
        .collect();
    for holder in holders {
        let rightful = holder.held.len();
        holder.held.retain(|_| !dice.chance(noise.missing));
        for _ in 0..rightful {
            if dice.chance(noise.extra) {
                holder.held.extend(all.get(dice.below(all.len())).cloned());
            }
        }
    }
}

/// Returns the adjusted Rand index (Hubert and Arabie, *Comparing Partitions*, 1985) of two partitions, given as the classes of
/// each item: 1 if they are the same, about 0 if they have no more in common than by chance.
pub fn adjusted_rand_index<A: Ord + Copy, B: Ord + Copy>(items: impl Iterator<Item = (A, B)>) -> f64 {
    let (mut both, mut ones, mut others) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut count = 0_u64;
    for (one, other) in items {
        *both.entry((one, other)).or_default() += 1_u64;
        *ones.entry(one).or_default() += 1;
        *others.entry(other).or_default() += 1;
        count += 1;
    }
    let pairs = pair_count(both.into_values());
    let (one, other) = (pair_count(ones.into_values()), pair_count(others.into_values()));
    let all = pair_count(std::iter::once(count));
    let expected = if all > 0.0 { one * other / all } else { 0.0 };
    let most = f64::midpoint(one, other);
    if (most - expected).abs() < f64::EPSILON { 1.0 } else { (pairs - expected) / (most - expected) }
}

#[expect(clippy::cast_precision_loss, reason = "pairs of some ten thousands")]
fn pair_count(classes: impl Iterator<Item = u64>) -> f64 {
    classes.map(|size| (size * size.saturating_sub(1) / 2) as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_known_partitions() {
        let index = |items: &[(u8, u8)]| adjusted_rand_index(items.iter().copied());
        assert!((index(&[(0, 1), (0, 1), (1, 0), (1, 0)]) - 1.0).abs() < 1e-9);
        // Counted by hand: one pair is together in both, two in the first (2 + 2 + 1), four in the second (3 + 2), of ten.
        let items = [(0, 0), (0, 0), (1, 0), (1, 1), (2, 1)];
        let (both, one, other, all) = (1.0, 2.0, 4.0, 10.0);
        let expected = one * other / all;
        assert!((index(&items) - (both - expected) / ((one + other) / 2.0 - expected)).abs() < 1e-9);
    }

    #[test]
    fn the_same_seed_plants_the_same_and_noise_changes_it() {
        let keys = |seed, noise| -> Vec<Vec<String>> {
            let holders = PlantedAccess::plant(seed, 200, noise).holders;
            holders.into_iter().map(|holder| holder.held).collect()
        };
        let noise = AccessNoise { missing: 50, extra: 50 };
        assert_eq!(keys(1, noise), keys(1, noise));
        assert_ne!(keys(1, noise), keys(2, noise));
        assert_ne!(keys(1, noise), keys(1, AccessNoise::default()));
    }
}
