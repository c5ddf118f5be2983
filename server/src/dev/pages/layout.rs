//! The frame of the stand-in's pages, which says on each of them what it is.

use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use maud::Markup;

use super::words::{self, Words};
use crate::dev::StandIn;
use crate::pages::{self, Form, Language, Sheet};

/// What a page needs to know of the request for it.
#[derive(Debug)]
pub(super) struct Frame<'d> {
    pub(super) dev: &'d StandIn,
    pub(super) language: Language,
    /// Path and query of the page, without `lang` and without a prefix: where the links to other
    /// languages lead.
    here: String,
}

impl<'d> Frame<'d> {
    pub(super) fn new(dev: &'d StandIn, uri: &Uri, headers: &HeaderMap) -> Self {
        let query = Form::of_query(uri.query()).ok();
        let here = format!("{}?{}", uri.path(), pages::kept(uri.query()));
        Self { dev, language: Language::of(query.as_ref(), headers), here }
    }

    /// For a page that answers a form: its language comes with the form, and the links to the other
    /// languages lead to `here`, which ends in `?` or in a query.
    pub(super) fn of_form(
        dev: &'d StandIn,
        form: Option<&Form>,
        headers: &HeaderMap,
        here: String,
    ) -> Self {
        Self { dev, language: Language::of(form, headers), here }
    }

    pub(super) fn words(&self) -> &'static Words {
        words::of(self.language)
    }

    /// A page without forms that lead elsewhere.
    pub(super) fn page(&self, status: StatusCode, title: &str, body: &Markup) -> Response {
        self.page_leading_to(status, title, "", body)
    }

    /// A page whose forms may end, by redirection, at `elsewhere` as well.
    pub(super) fn page_leading_to(
        &self,
        status: StatusCode,
        title: &str,
        elsewhere: &str,
        body: &Markup,
    ) -> Response {
        let (words, prefix) = (self.words(), &self.dev.prefix);
        let sheet = Sheet {
            language: self.language,
            languages: words.languages,
            here: &format!("{prefix}{}", self.here),
            style: &format!("{prefix}/dev/style.css"),
            icon: &format!("{prefix}/dev/icon.png"),
            banner: words.stand_in,
            warns: true,
        };
        pages::answer(status, elsewhere, sheet.whole(title, body))
    }
}
