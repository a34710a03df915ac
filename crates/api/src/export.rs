//! Answers for other systems: lines that the server writes while it reads.

/// The media type of an answer with one JSON object per line.
pub const LINES_MEDIA_TYPE: &str = "application/x-ndjson";

/// The trailer of such an answer that names what could not be read. Without it, the answer is complete. For a client
/// that does not accept trailers (`TE: trailers`), the answer breaks off instead.
pub const INCOMPLETE: &str = "countersign-incomplete";
