//! HTML, as far as it takes to read a page of one's own: tags, attributes and text.

use std::collections::BTreeMap;

/// A part of a page, in the order of the page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// `<name key="value" …>`
    Start(String, BTreeMap<String, String>),
    /// `</name>`
    End(String),
    /// What stands between tags.
    Text(String),
}

/// Takes a page apart. Comments and the DOCTYPE are left out.
pub(crate) fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = page;
    while let Some((text, tag)) = rest.split_once('<') {
        if !text.is_empty() {
            pieces.push(Piece::Text(plain(text)));
        }
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").unwrap_or_default().1;
            continue;
        }
        let end = end_of_tag(tag);
        let (inner, after) = tag.split_at_checked(end).unwrap_or((tag, ""));
        rest = after.get(1..).unwrap_or_default();
        if let Some(name) = inner.strip_prefix('/') {
            pieces.push(Piece::End(name.trim().to_ascii_lowercase()));
        } else if !inner.starts_with('!') {
            let (name, attributes) = inner.split_once([' ', '\n', '\t']).unwrap_or((inner, ""));
            let name = name.trim_end_matches('/').to_ascii_lowercase();
            pieces.push(Piece::Start(name, read_attributes(attributes)));
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(plain(rest)));
    }
    pieces
}

/// Where the tag ends: the first `>` outside quotes.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, letter) in tag.char_indices() {
        match (quote, letter) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    tag.len()
}

fn read_attributes(text: &str) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter == '=' || letter.is_whitespace());
        let (name, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
        let (value, after) = match after.strip_prefix('=') {
            None => ("", after),
            Some(after) => match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    after.get(1..).unwrap_or_default().split_once(quote).unwrap_or_default()
                }
                _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            },
        };
        if name != "/" {
            attributes.insert(name.to_ascii_lowercase(), plain(value));
        }
        rest = after.trim_start();
    }
    attributes
}

/// A text without its character references.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let named = after.split_once(';').and_then(|(name, after)| Some((letter(name)?, after)));
        let (letter, after) = named.unwrap_or(('&', after));
        plain.push(letter);
        rest = after;
    }
    plain + rest
}

fn letter(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix('x') {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart() {
        let page = "<!DOCTYPE html><p class=a id='b c' hidden>1 &lt; 2 &amp; &#x6797;&#39;s &x;\
                    <br/><!-- <b> --><img alt=\"a>b\" />\n</P>rest";
        let start = |name: &str, pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            Piece::Start(name.to_owned(), pairs.collect())
        };
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(
            pieces(page),
            [
                start("p", &[("class", "a"), ("id", "b c"), ("hidden", "")]),
                text("1 < 2 & 林's &x;"),
                start("br", &[]),
                start("img", &[("alt", "a>b")]),
                text("\n"),
                Piece::End("p".to_owned()),
                text("rest"),
            ]
        );
    }

    #[test]
    fn what_is_cut_off_is_no_panic() {
        for page in
            ["<", "<p", "<p a", "<p a=", "<p a=\"", "</", "<!--", "&", "&#x;", "&#99999999;"]
        {
            let _ = pieces(page);
        }
    }
}
