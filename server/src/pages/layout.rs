//! The frame around every page, and headers that keep a page to itself.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, html};

use super::Language;

/// A page before its headers.
#[derive(Debug)]
pub(crate) struct Sheet<'p> {
    pub(crate) language: Language,
    /// What the choice of languages is called.
    pub(crate) languages: &'static str,
    /// Path and query of the page, which ends in `?` or in a query without `lang`.
    pub(crate) here: &'p str,
    pub(crate) style: &'p str,
    pub(crate) icon: &'p str,
    /// What stands above the page.
    pub(crate) banner: &'p str,
    /// Whether that is a warning.
    pub(crate) warns: bool,
}

impl Sheet<'_> {
    /// The document.
    pub(crate) fn whole(&self, title: &str, body: &Markup) -> Markup {
        let between = if self.here.ends_with('?') { "" } else { "&" };
        html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    link rel="icon" href=(self.icon);
                    link rel="stylesheet" href=(self.style);
                }
                body {
                    header class=[self.warns.then_some("warns")] {
                        p .banner { (self.banner) }
                        nav aria-label=(self.languages) {
                            @for language in Language::ALL {
                                a id={ "lang-" (language.tag()) } lang=(language.tag())
                                    hreflang=(language.tag())
                                    href={ (self.here) (between) "lang=" (language.tag()) }
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

/// The answer that is this document. Its forms may end, by redirection, at `elsewhere` as well,
/// sources of a policy: browsers hold the redirection that answers a form to the policy, too.
pub(crate) fn answer(status: StatusCode, elsewhere: &str, whole: Markup) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {elsewhere}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    let headers: [(HeaderName, &str); 6] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, &policy.replace(" ;", ";")),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // For browsers that do not know `frame-ancestors`.
        (X_FRAME_OPTIONS, "DENY"),
    ];
    (status, headers, whole.into_string()).into_response()
}

/// Sends the browser on, with GET, and tells nobody from where.
pub(crate) fn see_other(to: &str) -> Response {
    let headers = [(LOCATION, to), (REFERRER_POLICY, "no-referrer"), (CACHE_CONTROL, "no-store")];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// A query without `lang`, as [`Sheet::here`] wants it behind its `?`.
pub(crate) fn kept(query: Option<&str>) -> String {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let kept = pairs.filter(|(name, _)| name != "lang");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
}

/// The style of all pages.
pub(crate) async fn style() -> Response {
    file("text/css; charset=utf-8", include_str!("style.css"))
}

/// What a browser shows beside a page's title: two links of a chain.
pub(crate) async fn icon() -> Response {
    file("image/svg+xml", include_str!("icon.svg"))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    (headers, text).into_response()
}
