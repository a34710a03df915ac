//! In which line a row begins. The CSV parser counts the lines up to the row before, but not the empty ones between them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// The line breaks that were read and are not behind yet: their offsets and bytes.
#[derive(Clone, Default)]
pub(super) struct LineBreaks(Rc<RefCell<VecDeque<(u64, u8)>>>);

impl LineBreaks {
    /// Returns a reader that notes the breaks of its input.
    pub(super) fn watch<R: Read>(&self, input: R) -> WatchedReader<R> {
        WatchedReader { input, read: 0, breaks: self.clone() }
    }

    /// Returns the number of line feeds before a row that begins behind this offset and the breaks that follow it there, and
    /// forgets them.
    pub(super) fn pass(&self, offset: u64) -> u64 {
        let mut breaks = self.0.borrow_mut();
        let (mut lines, mut at) = (0, offset);
        while let Some((place, byte)) = breaks.front().copied().filter(|(place, _)| *place <= at) {
            breaks.pop_front();
            lines += u64::from(byte == b'\n');
            at = at.max(place + 1);
        }
        lines
    }
}

/// A reader that notes the breaks of its input.
pub(super) struct WatchedReader<R> {
    input: R,
    read: u64,
    breaks: LineBreaks,
}

impl<R: Read> Read for WatchedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        let mut breaks = self.breaks.0.borrow_mut();
        for (offset, byte) in (self.read..).zip(buffer.iter().take(read)) {
            if matches!(byte, b'\r' | b'\n') {
                breaks.push_back((offset, *byte));
            }
        }
        self.read += u64::try_from(read).unwrap_or(u64::MAX);
        Ok(read)
    }
}
