//! In which language a page is.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use super::Form;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    ZhHans,
    En,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::ZhHans, Self::En];

    /// `?lang=` decides, else what the browser prefers.
    pub(crate) fn of(query: Option<&Form>, headers: &HeaderMap) -> Self {
        let asked = query.and_then(|query| query.get("lang")).and_then(Self::by_tag);
        asked.unwrap_or_else(|| {
            let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            Self::preferred(accepted.unwrap_or_default())
        })
    }

    /// The language of a tag such as `zh-CN`.
    pub(crate) fn by_tag(tag: &str) -> Option<Self> {
        let main = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|known| {
            let known = known.tag().split('-').next().unwrap_or_default();
            known.eq_ignore_ascii_case(main)
        })
    }

    /// The one of highest weight in an `Accept-Language`, the first of equals; English when there
    /// is none.
    fn preferred(accepted: &str) -> Self {
        let mut best = (0.0, Self::En);
        for part in accepted.split(',') {
            let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse);
            if let (Some(language), Ok(weight)) = (Self::by_tag(tag.trim()), weight)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }

    /// Its name in HTML and in `?lang=`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::ZhHans => "zh-Hans",
            Self::En => "en",
        }
    }

    /// Its name for those who speak it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ZhHans => "简体中文",
            Self::En => "English",
        }
    }

    /// `zh_hans` or `en`, whichever this is.
    pub(crate) fn pick<T>(self, zh_hans: T, en: T) -> T {
        match self {
            Self::ZhHans => zh_hans,
            Self::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_preference_decides() {
        for (accepted, language) in [
            ("", Language::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::ZhHans),
            ("en-US,en;q=0.9,zh;q=0.8", Language::En),
            ("en;q=0.5, zh-Hans;q=0.7", Language::ZhHans),
            ("fr,de;q=0.9", Language::En),
            ("fr,ZH;q=0.1", Language::ZhHans),
            ("zh;q=0", Language::En),
            ("zh;q=x", Language::En),
            ("zhe", Language::En),
            (",;;q=,zh_TW", Language::ZhHans),
        ] {
            assert_eq!(Language::preferred(accepted), language, "{accepted}");
        }
    }
}
