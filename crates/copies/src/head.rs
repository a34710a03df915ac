//! The object in which a process stores the journal's head, beside its copies in the bucket.
//!
//! This module only transfers bytes. The caller signs what it uploads, and checks the signature of what it downloads.

use crate::place::Halt;
use crate::{Copies, CopyProblem};
use countersign_bucket::BucketError;

/// The name of the object.
pub(crate) const HEAD: &str = "head";

impl Copies {
    /// Downloads the object; `None` if it does not exist.
    ///
    /// # Errors
    /// If it is unknown whether the object exists, with the reason.
    pub async fn get_head(&self) -> Result<Option<Vec<u8>>, CopyProblem> {
        match self.0.bucket.get(&Self::path(&self.0.gate, HEAD)).await {
            Ok(found) => Ok(Some(found)),
            Err(BucketError::Missing) => Ok(None),
            Err(error) => Err(Halt::from(error).into()),
        }
    }

    /// Uploads the object, if the place in the bucket belongs to this installation.
    ///
    /// # Errors
    /// If it is unknown whether the object was stored, with the reason.
    pub async fn put_head(&self, page: Vec<u8>) -> Result<(), CopyProblem> {
        self.claim().await?;
        let put = self.0.bucket.put(&Self::path(&self.0.gate, HEAD), page.into()).await;
        put.map_err(|error| Halt::from(error).into())
    }
}

impl From<Halt> for CopyProblem {
    fn from(halt: Halt) -> Self {
        let (what, remedy) = halt.words();
        Self { what, remedy }
    }
}
