//! A search through a subtree, page by page.

use crate::connection::DirectoryConnection;
use crate::error::LdapError;
use crate::message::{
    LdapEntry, MalformedMessage, OperationResult, ResponseOperation, SearchRequest, SearchScope,
};
use crate::range;
use std::collections::VecDeque;

/// Number of entries that are asked for at a time. Active Directory gives at most 1,000.
const PAGE: u32 = 500;

/// The limits of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLimits {
    /// Maximum number of entries and referrals.
    pub entries: u64,
    /// Maximum number of pages without an entry, one after another.
    pub empty_pages: u32,
    /// Maximum number of values of an attribute that is given in ranges.
    pub values: usize,
    /// Maximum number of bytes of the entries of a page that wait for ranges.
    pub waiting_bytes: usize,
}

impl Default for SearchLimits {
    fn default() -> Self {
        Self { entries: 20_000_000, empty_pages: 100, values: 1_000_000, waiting_bytes: 256 << 20 }
    }
}

/// What to search for: every entry at and below a base that has an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubtreeQuery {
    /// The distinguished name of the base.
    pub base: String,
    /// The attribute that an entry has to have; every entry has `objectClass`.
    pub present: String,
    /// The attributes that the server gives; `1.1` stands for none.
    pub attributes: Vec<String>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundItem {
    /// An entry, with all values of the attributes in ranges.
    Entry(LdapEntry),
    /// A part of the subtree that is on another server, by its URLs.
    Reference(Vec<String>),
}

/// A search: an iterator of what it finds, which ends with the first error.
#[derive(Debug)]
pub struct DirectorySearch<'a> {
    connection: &'a mut DirectoryConnection,
    query: SubtreeQuery,
    limits: SearchLimits,
    state: SearchState,
    /// Entries whose ranges are fetched when the page is at its end, and their size.
    waiting: Vec<LdapEntry>,
    waiting_bytes: usize,
    /// Entries whose ranges were fetched.
    ready: VecDeque<LdapEntry>,
    /// Number of entries and referrals so far, of entries alone, and of pages without one.
    found: u64,
    entries: u64,
    empty_pages: u32,
    page: PageMark,
    earlier: PageMark,
}

/// What a page is recognised by.
#[derive(Debug, Default, PartialEq, Eq)]
struct PageMark {
    /// The cookie that it was asked for with.
    cookie: Vec<u8>,
    /// Its first entry.
    first: Option<String>,
}

#[derive(Debug)]
enum SearchState {
    /// The page with this cookie is asked for next.
    Between(Vec<u8>),
    Within,
    Over,
}

impl DirectoryConnection {
    /// Searches a subtree.
    pub fn search(&mut self, query: SubtreeQuery, limits: SearchLimits) -> DirectorySearch<'_> {
        DirectorySearch {
            connection: self,
            query,
            limits,
            state: SearchState::Between(Vec::new()),
            waiting: Vec::new(),
            waiting_bytes: 0,
            ready: VecDeque::new(),
            found: 0,
            entries: 0,
            empty_pages: 0,
            page: PageMark::default(),
            earlier: PageMark::default(),
        }
    }
}

impl Iterator for DirectorySearch<'_> {
    type Item = Result<FoundItem, LdapError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Some(Ok(FoundItem::Entry(entry)));
            }
            let step = match &mut self.state {
                SearchState::Over => return None,
                SearchState::Between(cookie) => {
                    let cookie = std::mem::take(cookie);
                    self.begin_page(cookie).map(|()| None)
                }
                SearchState::Within => self.step(),
            };
            match step {
                Ok(None) => {}
                Ok(Some(item)) => return Some(Ok(item)),
                Err(error) => {
                    self.state = SearchState::Over;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl DirectorySearch<'_> {
    fn begin_page(&mut self, cookie: Vec<u8>) -> Result<(), LdapError> {
        self.connection.ask(&SearchRequest {
            base: &self.query.base,
            scope: SearchScope::Subtree,
            present: &self.query.present,
            attributes: &self.query.attributes,
            page: Some((PAGE, &cookie)),
        })?;
        let page = PageMark { cookie, first: None };
        self.earlier = std::mem::replace(&mut self.page, page);
        self.state = SearchState::Within;
        Ok(())
    }

    /// Receives the next message of a page.
    fn step(&mut self) -> Result<Option<FoundItem>, LdapError> {
        let response = self.connection.receive()?;
        match response.operation {
            ResponseOperation::Entry(entry) => {
                self.count()?;
                self.entries += 1;
                if self.page.first.is_none() {
                    self.page.first = Some(entry.dn.clone());
                    // Some servers (389 Directory Server) use one cookie for the whole search.
                    if !self.page.cookie.is_empty() && self.page == self.earlier {
                        return Err(LdapError::Endless("it gives the same page again".to_owned()));
                    }
                }
                if range::is_partial(&entry) {
                    return self.wait(entry).map(|()| None);
                }
                Ok(Some(FoundItem::Entry(entry)))
            }
            ResponseOperation::Reference(urls) => {
                self.count()?;
                Ok(Some(FoundItem::Reference(urls)))
            }
            ResponseOperation::SearchDone(result) => self.end_page(result, response.cookie).map(|()| None),
            _ => Err(MalformedMessage("a search is answered with what is no part of an answer").into()),
        }
    }

    fn count(&mut self) -> Result<(), LdapError> {
        self.found += 1;
        if self.found > self.limits.entries {
            return Err(LdapError::Endless(format!("there are more than {} entries", self.limits.entries)));
        }
        Ok(())
    }

    /// Keeps an entry until its ranges can be fetched: the connection answers one request at a time.
    fn wait(&mut self, entry: LdapEntry) -> Result<(), LdapError> {
        self.waiting_bytes +=
            entry.values.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        if self.waiting_bytes > self.limits.waiting_bytes {
            return Err(LdapError::TooLong { bytes: self.waiting_bytes, limit: self.limits.waiting_bytes });
        }
        self.waiting.push(entry);
        Ok(())
    }

    fn end_page(&mut self, result: OperationResult, cookie: Option<Vec<u8>>) -> Result<(), LdapError> {
        if let Some(error) = LdapError::of(result, "the search", &self.query.base, self.entries) {
            return Err(error);
        }
        self.waiting_bytes = 0;
        for entry in std::mem::take(&mut self.waiting) {
            self.ready.push_back(range::complete(self.connection, entry, self.limits.values)?);
        }
        self.empty_pages = if self.page.first.is_some() { 0 } else { self.empty_pages + 1 };
        self.state = match cookie.filter(|cookie| !cookie.is_empty()) {
            None => SearchState::Over,
            Some(_) if self.empty_pages > self.limits.empty_pages => {
                let pages = self.limits.empty_pages;
                return Err(LdapError::Endless(format!("more than {pages} pages in a row have no entry")));
            }
            Some(cookie) => SearchState::Between(cookie),
        };
        Ok(())
    }
}
