//! Facts of the journal: lists, histories, and one fact.
//!
//! The index says which facts to read, and the journal what they say. A fact that lacks what the index promised is
//! refused: its row was altered.

use crate::input::QueryParameters;
use crate::names::names_with_ended;
use crate::page::{PageParameters, PageRequest, SortKey, foreign_cursor};
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, Stated};
use countersign_journal::{Entry, Seq};
use countersign_names::Timestamp;
use countersign_projections::ProjectionError;
use countersign_projections::facts::{
    FACTS, FactTerm, FactsPage, FoundFacts, LONGEST_WORD, NAMED_KINDS, is_id, mentions, terms,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Number of facts on a page by default.
const USUAL: usize = 100;

/// Number of facts read from the journal at a time.
const AT_A_TIME: usize = 500;

/// The size of the facts of a page, in bytes, after which the page ends. A policy set can be large.
const LARGEST_ANSWER: usize = 4 << 20;

/// Maximum number of questions to the index for one page.
const QUESTIONS: usize = 20;

/// Maximum number of words in a search.
const MOST_WORDS: usize = 8;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::facts::FactFilter>,
) -> JsonResult<api::Items<api::RecordedFact>> {
    let page = page.of(&rows::facts::LIST, USUAL)?;
    let wanted = WantedFacts { terms: terms_in(&asked)?, since: asked.since, until: asked.until };
    let after = match page.after() {
        None => None,
        Some((SortKey::Number(seq), _)) => Some(u64::try_from(*seq).map_err(|_| foreign_cursor())?),
        Some(_) => return Err(foreign_cursor()),
    };
    let (items, rest) = wanted.read(&control, &page, after).await?;
    let ids = items.iter().flat_map(ids_of);
    let names = names_with_ended(&control, ids).await;
    Ok(axum::Json(page.until(items, rest.map(place)).shown(|fact| with_names(&names, fact))))
}

pub async fn show(
    State(control): State<Control>,
    Path(sequence): Path<String>,
) -> JsonResult<api::RecordedFact> {
    let seq: u64 = sequence.parse().map_err(|_| {
        Refusal::invalid("sequence", format!("{sequence:?} is not the sequence of a fact"))
            .remedy("give a whole number: 1 is the first fact")
    })?;
    let head = control.world().seq();
    if !(1..=head).contains(&seq) {
        return Err(Refusal::not_found("fact", seq)
            .about_field("sequence")
            .remedy(format!("the journal has the facts 1 to {head}")));
    }
    let entries = read(&control, seq, 1).await?;
    let found = entries.first().ok_or_else(|| unreadable(seq))?;
    let (_, fact) = shown(found)?;
    let names = names_with_ended(&control, ids_of(&fact)).await;
    Ok(axum::Json(with_names(&names, fact)))
}

fn place(seq: u64) -> (SortKey<'static>, SortKey<'static>) {
    (SortKey::Number(i64::try_from(seq).unwrap_or(i64::MAX)), SortKey::text(""))
}

/// The facts that a list is about.
struct WantedFacts {
    terms: Vec<FactTerm>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl WantedFacts {
    /// Reads the facts of a page, and the sequence after which the next page begins.
    async fn read(
        &self,
        control: &Control,
        page: &PageRequest,
        mut after: Option<u64>,
    ) -> Result<(Vec<api::RecordedFact>, Option<u64>), Refusal> {
        let wanted = control.world().seq();
        let (mut items, mut bytes) = (Vec::new(), 0);
        for _ in 0..QUESTIONS {
            // One more than the page holds shows whether there is a next page.
            let limit = page.limit().saturating_sub(items.len()).saturating_add(1).min(AT_A_TIME);
            let asked = FactsPage {
                terms: self.terms.clone(),
                since: self.since,
                until: self.until,
                descending: page.is_descending(),
                after,
                limit,
            };
            let FoundFacts { seqs, rest } = control.projections()?.facts_page(wanted, asked).await?;
            for run in runs(&seqs) {
                for entry in read_run(control, run, page.is_descending()).await? {
                    let last = items.last().map(|fact: &api::RecordedFact| fact.sequence);
                    if items.len() >= page.limit() || bytes > LARGEST_ANSWER {
                        return Ok((items, last));
                    }
                    let (stated, fact) = shown(&entry)?;
                    self.check(&stated)?;
                    if self.is_within(stated.at) {
                        bytes += entry.payload.len();
                        items.push(fact);
                    }
                }
            }
            after = rest;
            if rest.is_none() {
                break;
            }
        }
        Ok((items, after))
    }

    /// The index knows whole hours; this is the moment itself.
    fn is_within(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= at) && self.until.is_none_or(|until| at < until)
    }

    fn check(&self, stated: &Stated) -> Result<(), Refusal> {
        let terms = if self.terms.is_empty() { return Ok(()) } else { terms(stated) };
        if self.terms.iter().all(|wanted| terms.contains(wanted)) {
            return Ok(());
        }
        Err(ProjectionError::Altered { name: FACTS }.into())
    }
}

/// Splits sequences into those that follow each other in the journal.
pub fn runs(seqs: &[u64]) -> impl Iterator<Item = &[u64]> {
    seqs.chunk_by(|a, b| a.abs_diff(*b) == 1)
}

/// Reads facts that follow each other, in the order of `seqs`.
pub async fn read_run(control: &Control, seqs: &[u64], descending: bool) -> Result<Vec<Entry>, Refusal> {
    let Some(first) = seqs.iter().min() else { return Ok(Vec::new()) };
    let mut entries = read(control, *first, seqs.len()).await?;
    if entries.len() != seqs.len() {
        return Err(unreadable(*first));
    }
    if descending {
        entries.reverse();
    }
    Ok(entries)
}

async fn read(control: &Control, first: u64, count: usize) -> Result<Vec<Entry>, Refusal> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let read = control.ledger().journal().read(Seq(first.saturating_sub(1)), count).await;
    read.map_err(|error| {
        Refusal::unavailable(format!("the facts cannot be read: {error}"))
            .remedy("run `countersign journal verify`")
    })
}

fn unreadable(seq: u64) -> Refusal {
    Refusal::unavailable(format!("fact {seq} cannot be read")).remedy("run `countersign journal verify`")
}

/// Reads a fact, and how it is shown.
fn shown(entry: &Entry) -> Result<(Stated, api::RecordedFact), Refusal> {
    let seq = entry.seq.0;
    let stated = Stated::from_bytes(&entry.payload).map_err(|_| unreadable(seq))?;
    let body = serde_json::from_slice(&entry.payload).map_err(|_| unreadable(seq))?;
    let Value::Object(mut body) = body else { return Err(unreadable(seq)) };
    let tag = body.remove("fact").and_then(|tag| tag.as_str().map(ToOwned::to_owned));
    let (kind, version) =
        tag.as_deref().and_then(|tag| tag.split_once('/')).ok_or_else(|| unreadable(seq))?;
    body.remove("at");
    body.remove("by");
    let fact = api::RecordedFact {
        sequence: seq,
        at: stated.at,
        kind: kind.to_owned(),
        version: version.parse().map_err(|_| unreadable(seq))?,
        by: stated.by.to_string(),
        about: mentions(&stated),
        names: BTreeMap::new(),
        body,
    };
    Ok((stated, fact))
}

/// Returns the ids that a fact names, and other texts in their places.
fn ids_of(fact: &api::RecordedFact) -> impl Iterator<Item = &str> {
    fact.about.iter().chain([&fact.by]).map(String::as_str)
}

/// Adds those of these names that belong to the fact: the journal holds ids.
fn with_names(names: &BTreeMap<String, String>, mut fact: api::RecordedFact) -> api::RecordedFact {
    let known = ids_of(&fact).filter_map(|id| Some((id.to_owned(), names.get(id)?.clone()))).collect();
    fact.names = known;
    fact
}

/// Parses the filters, the rarest term first.
fn terms_in(asked: &rows::facts::FactFilter) -> Result<Vec<FactTerm>, Refusal> {
    let mut terms = Vec::new();
    if let Some(about) = &asked.about {
        terms.push(FactTerm::mention(thing("about", about)?));
    }
    if let Some(text) = &asked.q {
        terms.extend(words_in(text)?);
    }
    if let Some(by) = &asked.by {
        terms.push(FactTerm::author(author(by)?));
    }
    if let Some(kind) = &asked.kind {
        terms.push(FactTerm::kind(kind_in(kind)?));
    }
    Ok(terms)
}

fn thing<'a>(field: &str, text: &'a str) -> Result<&'a str, Refusal> {
    let named = text.split_once(':').filter(|(kind, name)| NAMED_KINDS.contains(kind) && !name.is_empty());
    if named.is_some() || is_id(text) {
        return Ok(text);
    }
    Err(Refusal::invalid(field, format!("{text:?} is no id, and no kind with a name")).remedy(format!(
        "give an id, such as per_ and 32 digits, or a name with its kind, such as group:staff; the kinds are {}",
        NAMED_KINDS.join(", ")
    )))
}

fn author(text: &str) -> Result<&str, Refusal> {
    let system = text.strip_prefix("system:").is_some_and(|part| !part.is_empty());
    if text == "operator" || system || is_id(text) {
        return Ok(text);
    }
    Err(Refusal::invalid("by", format!("{text:?} is no author")).remedy(
        "give the id of a person or a service account, operator, or system: and a part of the software",
    ))
}

fn kind_in(text: &str) -> Result<&str, Refusal> {
    let subject = text.split('.').next().unwrap_or_default();
    if Fact::SUBJECTS.contains(&subject) {
        return Ok(text);
    }
    Err(Refusal::invalid("kind", format!("there are no facts about {subject:?}"))
        .remedy(format!("the subjects are {}", Fact::SUBJECTS.join(", "))))
}

fn words_in(text: &str) -> Result<Vec<FactTerm>, Refusal> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    let wrong = |detail: String, remedy: &str| Err(Refusal::invalid("q", detail).remedy(remedy));
    if words.is_empty() {
        return wrong("there is nothing to search for".to_owned(), "leave out q to list everything");
    }
    if words.len() > MOST_WORDS {
        return wrong(format!("there are more than {MOST_WORDS} words"), "search for fewer words");
    }
    if words.iter().any(|word| word.chars().count() > LONGEST_WORD) {
        return wrong(
            format!("a word is longer than {LONGEST_WORD} characters"),
            "search for a shorter word: longer ones are not in the index",
        );
    }
    Ok(words.into_iter().map(FactTerm::word).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_that_follow_each_other_are_read_at_once() {
        let check = |seqs: &[u64], expected: &[&[u64]]| assert_eq!(runs(seqs).collect::<Vec<_>>(), expected);
        check(&[], &[]);
        check(&[9, 8, 7, 3, 1], &[&[9, 8, 7], &[3], &[1]]);
        check(&[1, 2, 5], &[&[1, 2], &[5]]);
    }
}
