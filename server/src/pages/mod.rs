//! What the pages for people have in common, whichever room they are of: language, frame, style and
//! forms. None of them needs a script.

mod form;
mod language;
mod layout;

pub(crate) use form::{BadForm, Form};
pub(crate) use language::Language;
pub(crate) use layout::{Sheet, answer, icon, kept, see_other, style};
