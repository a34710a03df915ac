//! The log of `sshd` and `sudo`, as syslog writes it: when an account and a key were used last.
//!
//! A line of the traditional form has no year (RFC 3164, section 4.1.2). The last line is of the year in which the file was
//! changed last; before it, a month that is later than that of the next line is of the year before. Such a line has the
//! time of the host's clock, which is taken for UTC.

use countersign_names::Timestamp;
use jiff::civil::DateTime;
use std::collections::BTreeMap;

/// Maximum number of names and keys of a log.
const MOST_NAMES: usize = 100_000;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A leap year, so that every day of a log exists in it.
const SOME_LEAP_YEAR: i16 = 2000;

/// When accounts and keys were used last.
#[derive(Default)]
pub(super) struct LoginLog {
    /// By login.
    pub(super) accounts: BTreeMap<String, Timestamp>,
    /// By fingerprint.
    pub(super) keys: BTreeMap<String, Timestamp>,
    /// The uses in the file that is being read whose year is not known yet: by login or fingerprint, with the number of the
    /// turns of the year before them.
    undated: BTreeMap<(LoginSubject, String), (i16, DateTime)>,
    /// The number of turns of the year so far, and the newest time without a year.
    turns: i16,
    newest: Option<DateTime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LoginSubject {
    Account,
    Key,
}

/// The moment of a line.
enum LogMoment {
    Whole(Timestamp),
    /// In some year.
    Undated(DateTime),
}

/// A sign-in or a use of sudo.
struct LoginUse<'a> {
    login: &'a str,
    fingerprint: Option<&'a str>,
}

impl LoginLog {
    /// Reads a line. A line that is about nothing that is read is passed over.
    pub(super) fn line(&mut self, line: &str, has_year: bool) -> Result<(), String> {
        let Some((moment, rest)) = moment(line) else { return Ok(()) };
        if let LogMoment::Undated(at) = moment {
            // Lines of several processes may be out of order by seconds, not by months.
            if self.newest.is_some_and(|newest| newest.month() > at.month() + 6) {
                self.turns += 1;
            }
            self.newest = Some(at);
        }
        let Some(LoginUse { login, fingerprint }) = use_of(rest) else { return Ok(()) };
        if matches!(moment, LogMoment::Undated(_)) && !has_year {
            return Err("the line has no year, and it is not known when the file was changed last".to_owned());
        }
        let subjects = [(LoginSubject::Account, Some(login)), (LoginSubject::Key, fingerprint)];
        for (subject, name) in subjects {
            let Some(name) = name else { continue };
            match moment {
                LogMoment::Whole(at) => self.note(subject, name, at),
                LogMoment::Undated(at) if self.undated.len() < MOST_NAMES => {
                    let newest = self.undated.entry((subject, name.to_owned())).or_insert((self.turns, at));
                    *newest = (*newest).max((self.turns, at));
                }
                LogMoment::Undated(_) => {}
            }
        }
        Ok(())
    }

    /// Finds the years of a file that has ended.
    pub(super) fn end_of_file(&mut self, changed_at: Option<Timestamp>) {
        let undated = std::mem::take(&mut self.undated);
        let (turns, newest) = (std::mem::take(&mut self.turns), self.newest.take());
        let Some((changed_at, newest)) = changed_at.zip(newest) else { return };
        let Some(last_year) = last_year(changed_at, newest) else { return };
        for ((subject, name), (turn, at)) in undated {
            let year = last_year - (turns - turn);
            // The 29th of February is in the log, so the year has one; the last line says otherwise only if it is wrong.
            let Ok(dated) = at.with().year(year).build() else { continue };
            if let Some(at) = utc(dated) {
                self.note(subject, &name, at);
            }
        }
    }

    fn note(&mut self, subject: LoginSubject, name: &str, at: Timestamp) {
        let known = match subject {
            LoginSubject::Account => &mut self.accounts,
            LoginSubject::Key => &mut self.keys,
        };
        if let Some(newest) = known.get_mut(name) {
            *newest = (*newest).max(at);
        } else if known.len() < MOST_NAMES {
            known.insert(name.to_owned(), at);
        }
    }
}

/// Returns the year of the last line of a file that was changed last then. The clock of the host may be a day ahead of UTC.
fn last_year(changed_at: Timestamp, newest: DateTime) -> Option<i16> {
    let day_later = changed_at.plus(std::time::Duration::from_secs(86_400));
    let until = jiff::Timestamp::from_microsecond(day_later.as_micros()).ok()?;
    let until = until.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    let is_later = (newest.month(), newest.day()) > (until.month(), until.day());
    Some(if is_later { until.year() - 1 } else { until.year() })
}

fn utc(at: DateTime) -> Option<Timestamp> {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_micros(at.timestamp().as_microsecond()))
}

/// Splits the moment from the rest of a line: `Mar 27 13:06:56`, or a moment with year and offset.
fn moment(line: &str) -> Option<(LogMoment, &str)> {
    if line.starts_with(|character: char| character.is_ascii_digit()) {
        let (moment, rest) = line.split_once(' ')?;
        return Some((LogMoment::Whole(moment.parse().ok()?), rest));
    }
    let (month, rest) = line.split_at_checked(3)?;
    let month = MONTHS.iter().position(|known| *known == month)?;
    let (day, rest) = rest.strip_prefix(' ')?.trim_start().split_once(' ')?;
    let (time, rest) = rest.split_once(' ')?;
    let mut parts = time.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let month = i8::try_from(month + 1).ok()?;
    let at = DateTime::new(SOME_LEAP_YEAR, month, day.parse().ok()?, hour, minute, second.min(59), 0).ok()?;
    Some((LogMoment::Undated(at), rest))
}

/// Returns what a line behind its moment says about the use of an account. Only the beginning of a message is the program's
/// own: a name that somebody tried may contain anything.
fn use_of(rest: &str) -> Option<LoginUse<'_>> {
    let (_host, rest) = rest.split_once(' ')?;
    let (program, message) = rest.split_once(':')?;
    let program = program.split('[').next().unwrap_or_default();
    match program {
        "sshd" | "sshd-session" => {
            let (_method, rest) = message.strip_prefix(" Accepted ")?.split_once(" for ")?;
            // What follows the name is written by sshd, so the last ` from ` is its own.
            let (login, rest) = rest.rsplit_once(" from ")?;
            let fingerprint = rest.rsplit(' ').next().filter(|word| word.starts_with("SHA256:"));
            Some(LoginUse { login, fingerprint })
        }
        "sudo" => {
            let (login, rest) = message.trim_start().split_once(" : ")?;
            rest.starts_with("TTY=").then_some(LoginUse { login, fingerprint: None })
        }
        _ => None,
    }
}
