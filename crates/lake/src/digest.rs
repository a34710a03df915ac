//! SHA-256 over files, a bounded part of them at a time.

use std::io::{self, Read};
use std::ops::ControlFlow;

/// How much of a file is read at once.
const PART: usize = 1 << 20;

/// A digest that is being made.
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

    /// The digest of all of them.
    pub fn finish(self) -> [u8; 32] {
        let mut digest = [0; 32];
        digest.iter_mut().zip(self.0.finish().as_ref()).for_each(|(to, from)| *to = *from);
        digest
    }
}

/// The digest of all that can be read; none when it was broken off. After each part it is asked whether to go on.
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
