//! A person with a browser that runs no script and keeps cookies: opens a page, reads it, makes a
//! choice by what is written beside it, and presses a button.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::Value;

use crate::html::{self, Piece};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a browser in English asks pages for.
const LANGUAGE: &str = "en-US,en;q=0.9";

/// Pages that lead on to others, one after the other.
const HOPS: usize = 10;

/// What the person's browser sends and shows.
pub(crate) struct Person {
    agent: ureq::Agent,
    /// Origin, name and value of each cookie: all of them last as long as the story.
    cookies: RefCell<Vec<[String; 3]>>,
}

/// A page as it is read.
#[derive(Debug)]
pub(crate) struct Page {
    url: String,
    /// HTTP status.
    pub(crate) status: u16,
    /// Where the browser would go next, if that is elsewhere.
    pub(crate) leads_to: Option<String>,
    pieces: Vec<Piece>,
}

/// The form of a page.
#[derive(Debug, Default)]
struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    choices: Vec<Control>,
    buttons: Vec<Control>,
}

/// What can be chosen or pressed.
#[derive(Debug, Default)]
struct Control {
    name: String,
    value: String,
    /// What is written on it, or beside it.
    text: String,
}

impl Person {
    pub(crate) fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE));
        Self { agent: config.build().into(), cookies: RefCell::default() }
    }

    /// Opens an address.
    pub(crate) fn open(&self, url: &str) -> Result<Page, String> {
        let request = self.agent.get(url).header("Accept-Language", LANGUAGE);
        let answer = request.header("Cookie", self.cookies(origin(url))).call();
        self.follow(url, answer)
    }

    /// Chooses what has `choice` written beside it, and presses the button that says `press`.
    pub(crate) fn decide(&self, on: &Page, choice: &str, press: &str) -> Result<Page, String> {
        let mut form = on.form()?;
        let chosen = pick(std::mem::take(&mut form.choices), choice)?;
        self.send(on, form, Some(chosen), press)
    }

    /// Presses the button that says `press`.
    pub(crate) fn press(&self, on: &Page, press: &str) -> Result<Page, String> {
        self.send(on, on.form()?, None, press)
    }

    fn send(
        &self,
        on: &Page,
        form: Form,
        chosen: Option<(String, String)>,
        press: &str,
    ) -> Result<Page, String> {
        let mut fields = form.hidden;
        fields.extend(chosen);
        // A button without a name says nothing but that it was pressed.
        fields.extend(Some(pick(form.buttons, press)?).filter(|(name, _)| !name.is_empty()));
        let origin = origin(&on.url);
        let url = match form.action.as_str() {
            "" => on.url.clone(),
            path if path.starts_with('/') => format!("{origin}{path}"),
            other => return Err(format!("the form leads away, to {other}")),
        };
        let request = self.agent.post(&url).header("Accept-Language", LANGUAGE);
        let request = request.header("Origin", origin).header("Cookie", self.cookies(origin));
        self.follow(&url, request.send_form(fields))
    }

    fn cookies(&self, of: &str) -> String {
        let cookies = self.cookies.borrow();
        let own = cookies.iter().filter(|[origin, ..]| origin == of);
        own.map(|[_, name, value]| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// The page that comes of an answer, as long as that is one of the same server's.
    fn follow(&self, url: &str, answer: Answer) -> Result<Page, String> {
        let (mut url, mut answer) = (url.to_owned(), answer);
        for _ in 0..HOPS {
            let got = answer.map_err(|error| format!("{url}: {error}"))?;
            self.keep(origin(&url), &got);
            let to = got.headers().get("Location").and_then(|to| to.to_str().ok());
            let to = match (got.status().as_u16(), to) {
                (300..=399, Some(to)) if to.starts_with('/') => format!("{}{to}", origin(&url)),
                (300..=399, Some(to)) => to.to_owned(),
                _ => return page(&url, got, None),
            };
            if origin(&to) != origin(&url) {
                return page(&url, got, Some(to));
            }
            url = to;
            let request = self.agent.get(&url).header("Accept-Language", LANGUAGE);
            answer = request.header("Cookie", self.cookies(origin(&url))).call();
        }
        Err(format!("{url}: it leads on and on"))
    }

    fn keep(&self, from: &str, got: &ureq::http::Response<ureq::Body>) {
        let mut cookies = self.cookies.borrow_mut();
        for set in got.headers().get_all("Set-Cookie").iter().filter_map(|set| set.to_str().ok()) {
            let pair = set.split(';').next().and_then(|pair| pair.split_once('='));
            let Some((name, value)) = pair else { continue };
            cookies.retain(|[origin, of, _]| origin != from || of != name);
            cookies.push([from, name, value].map(str::to_owned));
        }
    }

    /// Sends what a program would: a signed call. Gives status and answer.
    pub(crate) fn call(&self, url: &str, authorization: &str) -> Result<(u16, Value), String> {
        let request = self.agent.get(url).header("Authorization", authorization);
        let mut answer = request.call().map_err(|error| format!("{url}: {error}"))?;
        let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
        let json = serde_json::from_str(&text).map_err(|error| format!("{url}: {error}"))?;
        Ok((answer.status().as_u16(), json))
    }
}

type Answer = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

fn page(
    url: &str,
    mut answer: ureq::http::Response<ureq::Body>,
    leads_to: Option<String>,
) -> Result<Page, String> {
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().map_err(|error| format!("{url}: {error}"))?;
    Ok(Page { url: url.to_owned(), status, leads_to, pieces: html::pieces(&text) })
}

/// Name and value of what has `text` written on it.
fn pick(controls: Vec<Control>, text: &str) -> Result<(String, String), String> {
    let there = || controls.iter().map(|control| control.text.as_str()).collect::<Vec<_>>();
    let missing = format!("the page offers {:?}, not `{text}`", there());
    let found = controls.into_iter().find(|control| control.text == text);
    found.map(|control| (control.name, control.value)).ok_or(missing)
}

/// `http://host:port` of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(host..).and_then(|rest| rest.find(['/', '?']));
    path.and_then(|path| url.get(..host + path)).unwrap_or(url)
}

impl Page {
    /// What is written on it, in its main part.
    pub(crate) fn text(&self) -> String {
        let start = |piece: &Piece| matches!(piece, Piece::Start(name, _) if name == "main");
        let main = self.pieces.iter().skip_while(|piece| !start(piece));
        let mut text = String::new();
        for piece in main {
            if let Piece::Text(more) = piece {
                append(&mut text, more);
            }
        }
        text
    }

    /// Reads its first form. What is written beside a choice is the text of the label around it.
    fn form(&self) -> Result<Form, String> {
        let begin = |piece: &&Piece| matches!(piece, Piece::Start(name, _) if name == "form");
        let end = |piece: &&Piece| !matches!(piece, Piece::End(name) if name == "form");
        let mut form = Form::default();
        let mut written = Written::Elsewhere;
        for piece in self.pieces.iter().skip_while(|piece| !begin(piece)).take_while(end) {
            match piece {
                Piece::Start(name, attributes) => {
                    let get = |key: &str| attributes.get(key).cloned().unwrap_or_default();
                    let control = |text| Control { name: get("name"), value: get("value"), text };
                    match (name.as_str(), get("type").as_str()) {
                        ("form", _) => form.action = get("action"),
                        ("input", "hidden") => form.hidden.push((get("name"), get("value"))),
                        ("input", "radio") => {
                            let before = written.beside();
                            form.choices.push(control(before));
                            written = Written::OnChoice;
                        }
                        ("label", _) => written = Written::BesideChoice(String::new()),
                        ("button", _) => {
                            form.buttons.push(control(String::new()));
                            written = Written::OnButton;
                        }
                        _ => {}
                    }
                }
                Piece::End(name) if matches!(name.as_str(), "label" | "button") => {
                    written = Written::Elsewhere;
                }
                Piece::End(_) => {}
                Piece::Text(text) => {
                    if let Some(onto) = written.onto(&mut form) {
                        append(onto, text);
                    }
                }
            }
        }
        if form.buttons.is_empty() {
            return Err(format!("there is nothing to press on the page: {}", self.text()));
        }
        Ok(form)
    }
}

/// To what the words belong that come next.
enum Written {
    Elsewhere,
    /// To the choice of the label that has begun.
    BesideChoice(String),
    /// To the last choice.
    OnChoice,
    /// To the last button.
    OnButton,
}

impl Written {
    /// The words that came before the choice.
    fn beside(self) -> String {
        match self {
            Self::BesideChoice(words) => words,
            _ => String::new(),
        }
    }

    fn onto<'a>(&'a mut self, form: &'a mut Form) -> Option<&'a mut String> {
        match self {
            Self::Elsewhere => None,
            Self::BesideChoice(words) => Some(words),
            Self::OnChoice => form.choices.last_mut().map(|choice| &mut choice.text),
            Self::OnButton => form.buttons.last_mut().map(|button| &mut button.text),
        }
    }
}

/// Adds words as they are read: one blank between two.
fn append(text: &mut String, more: &str) {
    for word in more.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<title>x</title><body>Menu<main><h1>Log in</h1>\
        <form method=post action=\"/device?a=1&amp;b=2\"><input type=hidden name=h value=1>\
        <label><input type=radio name=player value=a checked><b>Lin</b>\n Xiaoman</label>\
        <label>Mei <input type=radio name=player value=b></label>\
        <button name=action value=allow>Allow</button><button name=action value=deny>No</button>\
        </form>After";

    fn page(text: &str) -> Page {
        let (url, pieces) = ("http://h:1/p?q".to_owned(), html::pieces(text));
        Page { url, status: 200, leads_to: None, pieces }
    }

    #[test]
    fn a_form_is_read_as_a_person_reads_it() {
        let page = page(PAGE);
        assert_eq!(page.text(), "Log in Lin Xiaoman Mei Allow No After");
        let form = page.form().unwrap();
        assert_eq!(form.action, "/device?a=1&b=2");
        assert_eq!(form.hidden, [("h".to_owned(), "1".to_owned())]);
        let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(pick(form.choices, "Lin Xiaoman"), pair("player", "a"));
        assert_eq!(pick(form.buttons, "No"), pair("action", "deny"));
        let choices = page.form().unwrap().choices;
        assert_eq!(pick(choices, "Mei"), pair("player", "b"));
        let why = pick(page.form().unwrap().choices, "Alex").unwrap_err();
        assert!(why.contains("Lin Xiaoman") && why.contains("Alex"), "{why}");
    }

    #[test]
    fn a_page_without_a_form_says_what_is_written_on_it() {
        let why = page("<main>This login is over.</main>").form().unwrap_err();
        assert!(why.contains("This login is over."), "{why}");
    }

    #[test]
    fn the_origin_is_what_comes_before_the_path() {
        for url in ["http://h:1/p?q", "http://h:1?q=/", "http://h:1"] {
            assert_eq!(origin(url), "http://h:1");
        }
    }
}
