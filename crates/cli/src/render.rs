//! Problems in files, with the text underlined.

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

/// Returns the problem as text without colours, which suits a terminal, a file and JSON.
pub(crate) fn diagnostic(problem: &dyn Diagnostic) -> String {
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    match handler.render_report(&mut text, problem) {
        Ok(()) => text,
        Err(_) => problem.to_string(),
    }
}
