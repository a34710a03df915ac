//! What a process leaves in the bucket about how far the journal went, beside the copies.
//!
//! Here it is bytes. Whoever left them signed them, and believes of what is found there only what is signed.

use crate::place::Halt;
use crate::{Copies, Problem};
use countersign_bucket::BucketError;

/// The object that holds it.
pub(crate) const HEAD: &str = "head";

impl Copies {
    /// What was left there, if anything was.
    ///
    /// # Errors
    /// When that is not known: why.
    pub async fn left_head(&self) -> Result<Option<Vec<u8>>, Problem> {
        match self.0.bucket.get(&Self::path(&self.0.gate, HEAD)).await {
            Ok(found) => Ok(Some(found)),
            Err(BucketError::Missing) => Ok(None),
            Err(error) => Err(Halt::from(error).into()),
        }
    }

    /// Leaves this there, in the place of what there was, if the place is ours.
    ///
    /// # Errors
    /// When it is not known to be there: why.
    pub async fn leave_head(&self, page: Vec<u8>) -> Result<(), Problem> {
        self.claim().await?;
        let left = self.0.bucket.put(&Self::path(&self.0.gate, HEAD), page.into()).await;
        left.map_err(|error| Halt::from(error).into())
    }
}

impl From<Halt> for Problem {
    fn from(halt: Halt) -> Self {
        let (what, remedy) = halt.words();
        Self { what, remedy }
    }
}
