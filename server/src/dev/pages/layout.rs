//! What all pages have in common: the frame, and headers that keep a page to itself.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, html};

use super::language::Language;
use super::words::Words;
use crate::dev::StandIn;
use crate::dev::form::Form;

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
        let kept = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .filter(|(name, _)| name != "lang");
        let kept = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
        let here = format!("{}?{kept}", uri.path());
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
        self.language.words()
    }

    /// A page without forms that lead elsewhere.
    pub(super) fn page(&self, status: StatusCode, title: &str, body: &Markup) -> Response {
        self.page_leading_to(status, title, "", body)
    }

    /// A page whose forms may end, by redirection, at `elsewhere` as well, a source of a policy.
    /// Browsers hold the redirection that answers a form to the policy, too.
    pub(super) fn page_leading_to(
        &self,
        status: StatusCode,
        title: &str,
        elsewhere: &str,
        body: &Markup,
    ) -> Response {
        let text = self.whole(title, body).into_string();
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {elsewhere}; \
             base-uri 'none'; frame-ancestors 'none'"
        );
        let headers: [(HeaderName, &str); 5] = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, &policy.replace(" ;", ";")),
            (REFERRER_POLICY, "no-referrer"),
            (CACHE_CONTROL, "no-store"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (status, headers, text).into_response()
    }

    fn whole(&self, title: &str, body: &Markup) -> Markup {
        let (words, prefix) = (self.words(), &self.dev.prefix);
        let between = if self.here.ends_with('?') { "" } else { "&" };
        html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    link rel="icon" type="image/png" href={ (prefix) "/dev/icon.png" };
                    link rel="stylesheet" href={ (prefix) "/dev/style.css" };
                }
                body {
                    header {
                        p .stand-in { (words.stand_in) }
                        nav aria-label=(words.languages) {
                            @for language in Language::ALL {
                                a id={ "lang-" (language.tag()) } lang=(language.tag())
                                    hreflang=(language.tag())
                                    href={ (prefix) (self.here) (between) "lang=" (language.tag()) }
                                    aria-current=[(language == self.language).then_some("true")]
                                    { (language.name()) }
                            }
                        }
                    }
                    main { h1 { (title) } (body) }
                }
            }
        }
    }
}

/// `GET /dev/style.css`
pub(in crate::dev) async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("style.css")).into_response()
}
