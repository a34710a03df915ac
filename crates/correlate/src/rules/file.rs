//! Files of rules: read, checked, and joined with those that ship.

use super::{ContradictionRule, CorrelationRules, MatchRule, NodeComparison, SourceRules};
use crate::AttributeName;
use crate::identity::IdentityKind;
use crate::normal::login::Affixes;
use crate::normal::mail::MailDomains;
use crate::normal::name::ShortForms;
use crate::profile::LoginKinds;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Maximum number of rules that speak for a candidate.
const MOST_RULES: usize = 64;

pub(super) const SHIPPED: &str = include_str!("default.toml");

/// What is wrong with a file of rules, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}; {remedy}")]
pub struct RuleFileError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    scale: Option<Spanned<f64>>,
    largest_block: Option<Spanned<usize>>,
    thresholds: Option<Spanned<Thresholds>>,
    rules: Option<Vec<Spanned<RuleEntry>>>,
    contradictions: Option<Vec<Spanned<ContradictionEntry>>>,
    employment: Option<BTreeMap<IdentityKind, Vec<String>>>,
    mail: Option<MailEntry>,
    #[serde(default)]
    domains: Vec<Spanned<DomainEntry>>,
    second_accounts: Option<AffixEntry>,
    kinds: Option<Vec<Spanned<KindEntry>>>,
    names: Option<NamesEntry>,
    #[serde(default)]
    sources: Vec<Spanned<SourceEntry>>,
    #[serde(default)]
    precedence: BTreeMap<AttributeName, Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    certain: f64,
    review: f64,
    lead: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    name: String,
    tier: u8,
    all: Vec<NodeComparison>,
    confidence: f64,
    #[serde(default = "one")]
    weight: f64,
    #[serde(default)]
    subsumes: BTreeSet<String>,
    reason: String,
}

const fn one() -> f64 {
    1.0
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContradictionEntry {
    name: String,
    when: NodeComparison,
    subtract: Option<f64>,
    #[serde(default)]
    veto: bool,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MailEntry {
    shared: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainEntry {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    plus_tags: bool,
    #[serde(default)]
    ignore_dots: bool,
    #[serde(default)]
    own: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AffixEntry {
    prefixes: Vec<String>,
    suffixes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindEntry {
    kind: IdentityKind,
    prefixes: Vec<String>,
    suffixes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesEntry {
    short_forms: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEntry {
    name: String,
    #[serde(default)]
    authoritative: bool,
    namespace: Option<String>,
    #[serde(default)]
    founds: BTreeSet<IdentityKind>,
}

impl Default for CorrelationRules {
    /// Returns the rules that ship, with no source and no domain declared.
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
        Self::read("").expect("the shipped rules are valid")
    }
}

impl CorrelationRules {
    /// Reads a file of rules. What it does not have is as shipped.
    ///
    /// # Errors
    /// If it is not TOML of the form that `docs/correlation.md` describes, or contradicts itself.
    pub fn read(text: &str) -> Result<Self, RuleFileError> {
        let shipped = FileText(SHIPPED).parse()?;
        let file = FileText(text);
        let own = file.parse()?;
        let at = |own: bool| if own { file } else { FileText(SHIPPED) };

        let thresholds = own.thresholds.or(shipped.thresholds);
        let (certain, review, lead) = file.thresholds(thresholds.as_ref())?;
        let place = at(own.rules.is_some());
        let scale = own.scale.or(shipped.scale);
        let scale = scale.map_or(Ok(1000), |scale| file.points(&scale, "scale", 10.0))?;
        let rules = place.rules(own.rules.or(shipped.rules).unwrap_or_default(), scale)?;
        let place = at(own.contradictions.is_some());
        let contradictions =
            place.contradictions(own.contradictions.or(shipped.contradictions).unwrap_or_default())?;
        let place = at(own.kinds.is_some());
        let kinds = place.kinds(own.kinds.or(shipped.kinds).unwrap_or_default())?;
        let sources = file.sources(own.sources)?;
        let precedence = file.precedence(own.precedence, &sources)?;
        let shared = own.mail.or(shipped.mail).map(|mail| lower(mail.shared)).unwrap_or_default();
        let mail = file.domains(own.domains, shared.into_iter().collect())?;
        let employment = own.employment.or(shipped.employment).unwrap_or_default();
        let affixes = own.second_accounts.or(shipped.second_accounts);
        let names = own.names.or(shipped.names);
        Ok(Self {
            largest_block: file.block(own.largest_block.or(shipped.largest_block))?,
            certain,
            review,
            lead,
            rules,
            contradictions,
            employment: employment
                .into_iter()
                .flat_map(|(kind, words)| lower(words).into_iter().map(move |word| (word, kind)))
                .collect(),
            mail,
            second_accounts: affixes
                .map(|affixes| Affixes {
                    prefixes: lower(affixes.prefixes),
                    suffixes: lower(affixes.suffixes),
                })
                .unwrap_or_default(),
            kinds,
            short_forms: ShortForms::new(names.iter().flat_map(|names| &names.short_forms)),
            sources,
            precedence,
        })
    }
}

fn lower(words: Vec<String>) -> Vec<String> {
    words.into_iter().map(|word| word.to_lowercase()).collect()
}

/// The text of a file, to say in which line something is wrong.
#[derive(Debug, Clone, Copy)]
struct FileText<'a>(&'a str);

impl FileText<'_> {
    fn parse(self) -> Result<RuleFile, RuleFileError> {
        toml::from_str(self.0).map_err(|error| RuleFileError {
            line: error.span().map_or(1, |span| self.line(span.start)),
            problem: error.message().to_owned(),
            remedy: "docs/correlation.md lists the sections and words of a file of rules".to_owned(),
        })
    }

    fn line(self, offset: usize) -> usize {
        1 + self.0.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }

    fn fault<T>(self, place: &Spanned<T>, problem: String, remedy: &str) -> RuleFileError {
        RuleFileError { line: self.line(place.span().start), problem, remedy: remedy.to_owned() }
    }

    fn points(self, place: &Spanned<f64>, name: &str, most: f64) -> Result<i64, RuleFileError> {
        thousandths(*place.as_ref(), most).ok_or_else(|| {
            self.fault(
                place,
                format!("{name} is {}", place.as_ref()),
                &format!("write a number above 0, at most {most}"),
            )
        })
    }

    fn block(self, place: Option<Spanned<usize>>) -> Result<usize, RuleFileError> {
        match place {
            Some(place) if !(1..=10_000).contains(place.as_ref()) => {
                let problem = format!("largest_block is {}", place.as_ref());
                Err(self.fault(&place, problem, "write a number from 1 to 10000"))
            }
            place => Ok(place.map_or(100, Spanned::into_inner)),
        }
    }

    fn thresholds(self, place: Option<&Spanned<Thresholds>>) -> Result<(i64, i64, i64), RuleFileError> {
        let Some(place) = place else { return Ok((900, 550, 1500)) };
        let Thresholds { certain, review, lead } = place.as_ref();
        let numbers = (thousandths(*certain, 1.0), thousandths(*review, 1.0), thousandths(*lead, 10.0));
        let (Some(certain), Some(review), Some(lead)) = numbers else {
            return Err(self.fault(
                place,
                "a threshold is out of range".to_owned(),
                "write numbers above 0, at most 1",
            ));
        };
        if review > certain {
            let problem = "`review` is higher than `certain`".to_owned();
            return Err(self.fault(
                place,
                problem,
                "what is linked without a person must need more than what a person sees",
            ));
        }
        Ok((certain, review, lead))
    }

    fn rules(
        self,
        mut entries: Vec<Spanned<RuleEntry>>,
        scale: i64,
    ) -> Result<Vec<MatchRule>, RuleFileError> {
        entries.sort_by_key(|entry| entry.as_ref().tier);
        let names: BTreeMap<String, u64> =
            entries.iter().zip(0..).map(|(entry, place)| (entry.as_ref().name.clone(), place)).collect();
        let mut seen = BTreeSet::new();
        let mut rules = Vec::new();
        for entry in entries {
            let rule = entry.as_ref();
            let fault =
                |problem, remedy| Err(self.fault(&entry, format!("rule `{}` {problem}", rule.name), remedy));
            if rules.len() == MOST_RULES {
                return fault(
                    format!("is one of more than {MOST_RULES}"),
                    "leave out what never decides anything",
                );
            }
            if !seen.insert(rule.name.clone()) {
                return fault("stands twice".to_owned(), "give each rule a name of its own");
            }
            if rule.reason.trim().is_empty() {
                return fault("has no reason".to_owned(), "say in `reason` why it is believed");
            }
            if rule.all.is_empty() {
                return fault("compares nothing".to_owned(), "name in `all` what must agree");
            }
            if let Some(against) = rule.all.iter().find(|comparison| comparison.contradicts()) {
                let problem = format!("counts `{against:?}` in favour");
                return fault(problem, "move it to a section [[contradictions]]");
            }
            if let Some(unknown) = rule.subsumes.iter().find(|name| !names.contains_key(*name)) {
                return fault(
                    format!("subsumes `{unknown}`, and there is no such rule"),
                    "name a rule of this file",
                );
            }
            let points = (thousandths(rule.confidence, 1.0), thousandths(rule.weight, 10.0));
            let (Some(confidence), Some(weight)) = points else {
                let remedy = "write a confidence above 0 and at most 1, and a weight above 0 and at most 10";
                return fault("has points out of range".to_owned(), remedy);
            };
            let RuleEntry { name, tier, all, subsumes, .. } = entry.into_inner();
            let mask = all.iter().fold(0, |mask, comparison| mask | comparison.bit());
            let subsumes =
                subsumes.iter().filter_map(|name| names.get(name)).fold(0, |mask, place| mask | (1 << place));
            let points = confidence * weight / 1000 * scale / 1000;
            rules.push(MatchRule { name, tier, all, mask, points, subsumes });
        }
        Ok(rules)
    }

    fn contradictions(
        self,
        entries: Vec<Spanned<ContradictionEntry>>,
    ) -> Result<Vec<ContradictionRule>, RuleFileError> {
        let mut rules = Vec::new();
        for entry in entries {
            let rule = entry.as_ref();
            let fault = |problem: &str, remedy| {
                Err(self.fault(&entry, format!("contradiction `{}` {problem}", rule.name), remedy))
            };
            if rule.reason.trim().is_empty() {
                return fault("has no reason", "say in `reason` why it is believed");
            }
            if !rule.when.contradicts() {
                return fault("waits for something that agrees", "name in `when` what differs");
            }
            let subtract = match (rule.subtract, rule.veto) {
                (None, true) => None,
                (Some(points), false) => match thousandths(points, 10.0) {
                    None => {
                        return fault(
                            "subtracts a number out of range",
                            "write a number above 0, at most 10",
                        );
                    }
                    subtract => subtract,
                },
                _ => return fault("needs one of two", "write either `subtract = 0.5` or `veto = true`"),
            };
            rules.push(ContradictionRule { name: rule.name.clone(), when: rule.when, subtract });
        }
        Ok(rules)
    }

    fn kinds(self, entries: Vec<Spanned<KindEntry>>) -> Result<LoginKinds, RuleFileError> {
        let mut kinds = Vec::new();
        for entry in entries {
            if entry.as_ref().kind.is_person() {
                let problem = format!("`{}` is a kind of people", entry.as_ref().kind.as_str());
                return Err(self.fault(&entry, problem, "write service, automation, machine or legacy"));
            }
            let KindEntry { kind, prefixes, suffixes } = entry.into_inner();
            kinds.push((kind, Affixes { prefixes: lower(prefixes), suffixes: lower(suffixes) }));
        }
        Ok(LoginKinds(kinds))
    }

    fn sources(
        self,
        entries: Vec<Spanned<SourceEntry>>,
    ) -> Result<BTreeMap<String, SourceRules>, RuleFileError> {
        let mut sources = BTreeMap::new();
        for (rank, entry) in entries.into_iter().enumerate() {
            let source = entry.as_ref();
            if let Some(kind) = source.founds.iter().find(|kind| !kind.is_person()) {
                let problem = format!("source `{}` founds `{}`", source.name, kind.as_str());
                return Err(self.fault(
                    &entry,
                    problem,
                    "an account of what is no person is an identity anyway",
                ));
            }
            if sources.contains_key(&source.name) {
                let problem = format!("source `{}` stands twice", source.name);
                return Err(self.fault(&entry, problem, "join the two sections"));
            }
            let SourceEntry { name, authoritative, namespace, founds } = entry.into_inner();
            sources.insert(name, SourceRules { rank, authoritative, namespace, founds });
        }
        Ok(sources)
    }

    fn precedence(
        self,
        entries: BTreeMap<AttributeName, Vec<Spanned<String>>>,
        sources: &BTreeMap<String, SourceRules>,
    ) -> Result<BTreeMap<AttributeName, Vec<String>>, RuleFileError> {
        for name in entries.values().flatten() {
            if !sources.contains_key(name.as_ref()) {
                let problem = format!("there is no source `{}`", name.as_ref());
                return Err(self.fault(name, problem, "declare it in a section [[sources]]"));
            }
        }
        let plain = |names: Vec<Spanned<String>>| names.into_iter().map(Spanned::into_inner).collect();
        Ok(entries.into_iter().map(|(attribute, names)| (attribute, plain(names))).collect())
    }

    fn domains(
        self,
        entries: Vec<Spanned<DomainEntry>>,
        shared: BTreeSet<String>,
    ) -> Result<MailDomains, RuleFileError> {
        let mut domains = MailDomains { shared, ..MailDomains::default() };
        for entry in entries {
            let domain = entry.as_ref();
            let name = domain.name.to_lowercase();
            for alias in domain.aliases.iter().chain([&domain.name]).map(|alias| alias.to_lowercase()) {
                if alias.contains('@') || alias.is_empty() {
                    let problem = format!("`{alias}` is no domain");
                    return Err(self.fault(&entry, problem, "write what stands after the @"));
                }
                if domains.canonical.insert(alias.clone(), name.clone()).is_some() {
                    let problem = format!("domain `{alias}` stands twice");
                    return Err(self.fault(&entry, problem, "name each domain once"));
                }
            }
            domains.tags.extend(domain.plus_tags.then(|| name.clone()));
            domains.dotless.extend(domain.ignore_dots.then(|| name.clone()));
            domains.own.extend(domain.own.then_some(name));
        }
        Ok(domains)
    }
}

/// Returns a number above zero in thousandths.
#[expect(clippy::cast_possible_truncation, reason = "the number is between 0 and 10")]
fn thousandths(number: f64, most: f64) -> Option<i64> {
    (number > 0.0 && number <= most).then(|| (number * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, says: &str) {
        let error = CorrelationRules::read(text).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn the_shipped_rules_are_valid_and_their_tiers_in_order() {
        let rules = CorrelationRules::default();
        assert!(rules.rules.len() > 10);
        assert!(rules.rules.is_sorted_by_key(|rule| rule.tier));
        assert_eq!((rules.certain, rules.review), (900, 550));
    }

    #[test]
    fn a_section_of_a_file_replaces_the_shipped_one() {
        let rules =
            CorrelationRules::read("[thresholds]\ncertain = 0.8\nreview = 0.4\nlead = 0.1\n").unwrap();
        assert_eq!((rules.certain, rules.review, rules.lead), (800, 400, 100));
        assert_eq!(rules.rules, CorrelationRules::default().rules);
    }

    #[test]
    fn faults_name_line_and_remedy() {
        refused("\n\nscal = 1\n", "line 3: unknown field `scal`");
        refused("scale = 0.0\n", "line 1: scale is 0; write a number above 0, at most 10");
        refused("largest_block = 0\n", "line 1: largest_block is 0; write a number from 1");
        refused(
            "\n[thresholds]\ncertain = 0.5\nreview = 0.9\nlead = 0.1\n",
            "line 2: `review` is higher than `certain`",
        );
        let rule = "\n[[rules]]\nname = \"a\"\ntier = 1\n";
        refused(
            &format!("{rule}all = [\"emial\"]\nconfidence = 1\nreason = \"x\"\n"),
            "line 5: unknown variant `emial`",
        );
        refused(
            &format!("{rule}all = [\"mail\"]\nconfidence = 1.5\nreason = \"x\"\n"),
            "points out of range",
        );
        refused(
            &format!("{rule}all = [\"mail\"]\nconfidence = 1.0\nreason = \" \"\n"),
            "line 2: rule `a` has no reason",
        );
        refused(&format!("{rule}all = []\nconfidence = 1.0\nreason = \"x\"\n"), "compares nothing");
        refused(&format!("{rule}all = [\"names_differ\"]\nconfidence = 1.0\nreason = \"x\"\n"), "in favour");
        let whole = format!("{rule}all = [\"mail\"]\nconfidence = 1.0\nreason = \"x\"\n");
        refused(&format!("{whole}subsumes = [\"b\"]\n"), "subsumes `b`, and there is no such rule");
        refused(&format!("{whole}{whole}"), "line 9: rule `a` stands twice");
        let against = "[[contradictions]]\nname = \"a\"\nreason = \"x\"\n";
        refused(&format!("{against}when = \"mail\"\nveto = true\n"), "waits for something that agrees");
        refused(
            &format!("{against}when = \"names_differ\"\n"),
            "write either `subtract = 0.5` or `veto = true`",
        );
        refused(
            "[[sources]]\nname = \"a\"\n\n[[sources]]\nname = \"a\"\n",
            "line 4: source `a` stands twice",
        );
        refused("[[sources]]\nname = \"a\"\nfounds = [\"service\"]\n", "founds `service`");
        refused("[precedence]\ntitle = [\"hr\"]\n", "line 2: there is no source `hr`");
        refused("[[domains]]\nname = \"a@b\"\n", "is no domain");
        refused("[[domains]]\nname = \"a\"\naliases = [\"A\"]\n", "domain `a` stands twice");
        refused("[[kinds]]\nkind = \"employee\"\nprefixes = []\nsuffixes = []\n", "is a kind of people");
    }
}
