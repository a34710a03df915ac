//! What goes out for other systems: lines, made while they are read.

/// The media type of an answer that is one JSON object a line.
pub const LINES_MEDIA_TYPE: &str = "application/x-ndjson";

/// The trailer of such an answer that names what could not be read; without it, the answer is all there is. A client
/// that does not say that it takes trailers (`TE: trailers`) sees an answer that breaks off instead.
pub const INCOMPLETE: &str = "countersign-incomplete";
