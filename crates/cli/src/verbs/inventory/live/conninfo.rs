//! The address of a database as `psql` takes it: keywords with values.

use sqlx::postgres::PgSslMode;
use std::net::IpAddr;
use std::path::PathBuf;

/// The address of a database, and how to reach it.
#[derive(Debug)]
pub(in crate::verbs) struct PostgresAddress {
    /// A name, an address, or the folder of a socket.
    pub(in crate::verbs) host: String,
    pub(in crate::verbs) port: u16,
    pub(in crate::verbs) user: String,
    pub(in crate::verbs) database: String,
    pub(in crate::verbs) tls: Option<PgSslMode>,
    /// The file with the certificate authorities to trust.
    pub(in crate::verbs) authorities: Option<PathBuf>,
}

impl PostgresAddress {
    /// Parses keywords with values (PostgreSQL documentation, "Keyword/Value Connection Strings").
    pub(in crate::verbs) fn parse(text: &str) -> Result<Self, String> {
        let [mut host, mut user, mut database] = [const { None }; 3];
        let (mut port, mut tls, mut authorities) = (5432, None, None);
        for (keyword, value) in pairs(text)? {
            match keyword.as_str() {
                "host" => host = Some(value),
                "user" => user = Some(value),
                "dbname" => database = Some(value),
                "port" => port = value.parse().map_err(|_| format!("port={value} is no number of a port"))?,
                "sslmode" => {
                    let mode = value
                        .parse()
                        .map_err(|_| format!("sslmode={value} is no mode that PostgreSQL has"))?;
                    tls = Some(mode);
                }
                "sslrootcert" => authorities = Some(PathBuf::from(value)),
                "password" => {
                    return Err(
                        "a password is not given here, where others could read it; use --password-file"
                            .to_owned(),
                    );
                }
                other => {
                    return Err(format!(
                        "{other}= is not known; known are host, port, user, dbname, sslmode and sslrootcert"
                    ));
                }
            }
        }
        let needed = |value: Option<String>, keyword: &str| {
            value.filter(|value| !value.is_empty()).ok_or_else(|| format!("{keyword}= is missing"))
        };
        Ok(Self {
            host: needed(host, "host")?,
            port,
            user: needed(user, "user")?,
            database: needed(database, "dbname")?,
            tls,
            authorities,
        })
    }

    /// Returns whether the server is on this machine.
    pub(in crate::verbs) fn is_near(&self) -> bool {
        self.host.starts_with('/') || self.host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// Returns it for messages.
    pub(in crate::verbs) fn shown(&self) -> String {
        format!("database {} at {}:{}", self.database, self.host, self.port)
    }
}

/// Cuts `keyword = 'value'` and `keyword=value` apart. A backslash takes the next character as it is.
fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (keyword, after) =
            rest.split_once('=').ok_or_else(|| format!("there is no value in {:?}", first(rest)))?;
        let (value, after) = value(after.trim_start())?;
        pairs.push((keyword.trim().to_ascii_lowercase(), value));
        rest = after.trim_start();
    }
    Ok(pairs)
}

/// Returns the value at the beginning of a text, and what follows it.
fn value(text: &str) -> Result<(String, &str), String> {
    let is_quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(is_quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, character)| character)),
            '\'' if is_quoted => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            space if !is_quoted && space.is_whitespace() => {
                return Ok((value, text.get(at..).unwrap_or_default()));
            }
            other => value.push(other),
        }
    }
    if is_quoted { Err("a quote does not end".to_owned()) } else { Ok((value, "")) }
}

/// Returns the first word, for messages.
fn first(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_psql_reads_it() {
        let text = " host = db.example.org  port=5433 user='it''s' dbname='a \\'b' ";
        assert!(
            PostgresAddress::parse(text).unwrap_err().contains("is not known"),
            "a quote needs a backslash"
        );
        let text = " host = db.example.org  port=5433 user='re ader' dbname='a \\'b' sslmode=verify-ca";
        let address = PostgresAddress::parse(text).unwrap();
        assert_eq!((address.host.as_str(), address.port), ("db.example.org", 5433));
        assert_eq!((address.user.as_str(), address.database.as_str()), ("re ader", "a 'b"));
        assert!(matches!(address.tls, Some(PgSslMode::VerifyCa)) && !address.is_near());
        for host in ["127.0.0.1", "::1", "/run/postgresql"] {
            assert!(PostgresAddress::parse(&format!("host={host} user=a dbname=b")).unwrap().is_near());
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_keyword() {
        for (text, expected) in [
            ("", "host= is missing"),
            ("host=a user=b", "dbname= is missing"),
            ("host=a user= dbname=c", "dbname= is missing"),
            ("host=a user='' dbname=c", "user= is missing"),
            ("host=a user=b dbname=c port=x", "port=x is no number"),
            ("host=a user=b dbname=c sslmode=on", "sslmode=on is no mode"),
            ("host=a user=b dbname=c password=secret", "use --password-file"),
            ("host=a user=b dbname=c options=-cx", "options= is not known"),
            ("host=a user='b", "a quote does not end"),
            ("postgres://a/b", "there is no value in \"postgres://a/b\""),
        ] {
            let error = PostgresAddress::parse(text).unwrap_err();
            assert!(error.contains(expected) && !error.contains("secret"), "{text}: {error}");
        }
    }
}
