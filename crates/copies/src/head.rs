//! The object in which a process keeps the journal's head, beside its copies in the bucket.
//!
//! This module moves bytes. The caller signs what it puts, and checks the signature of what it gets.

use crate::place::Halt;
use crate::{Copies, CopyProblem};
use countersign_bucket::BucketError;

/// The name of the object.
pub(crate) const HEAD: &str = "head";

impl Copies {
    /// Gets the object, if there is one.
    ///
    /// # Errors
    /// Says why it is not known whether there is one.
    pub async fn get_head(&self) -> Result<Option<Vec<u8>>, CopyProblem> {
        match self.0.bucket.get(&Self::path(&self.0.gate, HEAD)).await {
            Ok(found) => Ok(Some(found)),
            Err(BucketError::Missing) => Ok(None),
            Err(error) => Err(Halt::from(error).into()),
        }
    }

    /// Puts the object, if the place in the bucket is this installation's.
    ///
    /// # Errors
    /// Says why it is not known to be there.
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
