//! Problems in files, with the words that are meant underlined.

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

/// The problem as text without colours, which is right for a terminal, a file and JSON alike.
pub(crate) fn diagnostic(problem: &dyn Diagnostic) -> String {
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    match handler.render_report(&mut text, problem) {
        Ok(()) => text,
        Err(_) => problem.to_string(),
    }
}
