//! The tables: what was asked, and the reports.

use crate::canonical::{canonical_json, digest_of};
use crate::error::ReviewError;
use crate::item::ReviewItem;
use countersign_database::{Database, DatabaseError, bound, insert_rows};
use countersign_facts::Digest;
use countersign_names::ReviewId;
use sqlx::Row as _;

/// Number of rows of one write.
const BATCH: usize = 500;

/// The tables of access reviews. Clones share their connections.
#[derive(Clone)]
pub struct ReviewTables {
    database: Database,
}

impl ReviewTables {
    /// Creates or upgrades the tables, and uses them.
    ///
    /// # Errors
    /// The same as [`Database::migrate`].
    pub async fn open(database: Database) -> Result<Self, DatabaseError> {
        let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
        database.migrate("reviews", sqlite, postgres).await?;
        Ok(Self { database })
    }

    /// Keeps the items of a campaign that is about to be opened, and returns the digest that its opening states.
    ///
    /// # Errors
    /// If the database fails. Some rows may then be there; [`forget`](Self::forget) deletes them.
    pub async fn keep_items(&self, review: ReviewId, items: &[ReviewItem]) -> Result<Digest, ReviewError> {
        let store = self.database.store();
        let bodies = bodies(review, items)?;
        for rows in bodies.chunks(BATCH) {
            let writing = self.database.write_in_bulk("writing what is asked", async |connection| {
                let into = ("review_items (review, number, body)", 3, "");
                insert_rows(connection, store, into, rows, |query, (number, body)| {
                    query.bind(review.to_string()).bind(*number).bind(body.clone())
                })
                .await
            });
            writing.await?;
        }
        Ok(digest(&bodies))
    }

    /// Returns the items of a campaign, by number, and the digest over them.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn items(&self, review: ReviewId) -> Result<(Vec<ReviewItem>, Digest), ReviewError> {
        const ITEMS: &str = "SELECT number, body FROM review_items WHERE review = ? ORDER BY number";
        let store = self.database.store();
        let rows = self.database.read("reading what was asked", async |connection| {
            let rows = bound(store, ITEMS).bind(review.to_string()).fetch_all(connection).await?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, sqlx::Error>>()
        });
        let bodies: Vec<(i64, String)> = rows.await?;
        let read = |(number, body): &(i64, String)| {
            let item: ReviewItem = serde_json::from_str(body).map_err(|error| row_error(review, &error))?;
            if i64::from(item.number) == *number {
                Ok(item)
            } else {
                Err(row_error(review, &format_args!("item {} is in the row of {number}", item.number)))
            }
        };
        let items: Vec<ReviewItem> = bodies.iter().map(read).collect::<Result<_, _>>()?;
        Ok((items, digest(&bodies)))
    }

    /// Deletes the items of a campaign that was not opened.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget(&self, review: ReviewId) -> Result<(), ReviewError> {
        let store = self.database.store();
        let deleting = self.database.write("deleting what was not asked", async |connection| {
            let query = bound(store, "DELETE FROM review_items WHERE review = ?");
            query.bind(review.to_string()).execute(connection).await.map(drop)
        });
        Ok(deleting.await?)
    }

    /// Returns the campaigns of which there are items.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn asked(&self) -> Result<Vec<ReviewId>, ReviewError> {
        let rows = self.database.read("reading which access reviews there are", async |connection| {
            sqlx::query_scalar::<_, String>("SELECT DISTINCT review FROM review_items")
                .fetch_all(connection)
                .await
        });
        Ok(rows.await?.iter().filter_map(|text| text.parse().ok()).collect())
    }

    /// Keeps a report under its digest.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_report(&self, review: ReviewId, text: &str) -> Result<Digest, ReviewError> {
        let (store, digest) = (self.database.store(), digest_of(text));
        let writing = self.database.write("keeping a report", async |connection| {
            let into = ("review_reports (review, digest, body)", 3, "ON CONFLICT DO NOTHING");
            insert_rows(connection, store, into, &[text], |query, text| {
                query.bind(review.to_string()).bind(digest.to_string()).bind((*text).to_owned())
            })
            .await
        });
        writing.await?;
        Ok(digest)
    }

    /// Returns the report that was kept under this digest. The caller compares it: this room does not know whether it is
    /// still the same.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn report(&self, review: ReviewId, sealed: Digest) -> Result<Option<String>, ReviewError> {
        const REPORT: &str = "SELECT body FROM review_reports WHERE review = ? AND digest = ?";
        let store = self.database.store();
        let row = self.database.read("reading a report", async |connection| {
            let query = bound(store, REPORT).bind(review.to_string()).bind(sealed.to_string());
            query.fetch_optional(connection).await?.map(|row| row.try_get(0)).transpose()
        });
        Ok(row.await?)
    }
}

/// Returns the number and the canonical JSON of each item.
fn bodies(review: ReviewId, items: &[ReviewItem]) -> Result<Vec<(i64, String)>, ReviewError> {
    let body = |item: &ReviewItem| {
        let value = serde_json::to_value(item).map_err(|error| row_error(review, &error))?;
        Ok((i64::from(item.number), canonical_json(&value)))
    };
    items.iter().map(body).collect()
}

/// Returns the digest over the items: SHA-256 over the canonical JSON of their array.
fn digest(bodies: &[(i64, String)]) -> Digest {
    let texts: Vec<&str> = bodies.iter().map(|(_, body)| body.as_str()).collect();
    digest_of(&format!("[{}]", texts.join(",")))
}

fn row_error(review: ReviewId, problem: &dyn std::fmt::Display) -> ReviewError {
    ReviewError::Row { review, problem: problem.to_string() }
}
