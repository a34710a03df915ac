//! SHA-256 of files, read in parts of bounded size.

use std::io::{self, Read};
use std::ops::ControlFlow;

/// Number of bytes read at a time.
const PART: usize = 1 << 20;

/// A SHA-256 computation in progress.
pub struct Sha256(aws_lc_rs::digest::Context);

impl Default for Sha256 {
    fn default() -> Self {
        Self(aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256))
    }
}

impl Sha256 {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest of all bytes.
    pub fn finish(self) -> [u8; 32] {
        let mut digest = [0; 32];
        digest.iter_mut().zip(self.0.finish().as_ref()).for_each(|(to, from)| *to = *from);
        digest
    }
}

/// Computes the digest of everything in `file`; `None` if `going` stopped it. Calls `going` after each part with its
/// length.
pub(crate) fn of(
    mut file: impl Read,
    going: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> io::Result<Option<[u8; 32]>> {
    let mut digest = Sha256::default();
    let mut part = vec![0; PART];
    loop {
        match file.read(&mut part) {
            Ok(0) => return Ok(Some(digest.finish())),
            Ok(read) => {
                digest.update(part.get(..read).unwrap_or_default());
                if going(read as u64).is_break() {
                    return Ok(None);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
