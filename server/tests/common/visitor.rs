//! A browser on the page for the web link: it keeps cookies, fills forms in, and follows nothing by
//! itself.

use std::cell::RefCell;

use super::taptap::{CLIENT_ID, FORM, encoded, order, parameter, state};
use super::{Page, Server};

/// Where the pages of these tests are, for players.
pub const PAGE: &str = "/bind";
/// TapTap's address in seed 002.
pub const REDIRECT: &str =
    "https://www.taptap.cn/game-record/bind?app_id=123456&is_third_redirect=1&from=setting";

pub struct Visitor<'s> {
    pub server: &'s Server,
    pub path: &'s str,
    pub cookie: RefCell<Option<String>>,
    pub accepts: &'static str,
}

/// The address of the page as TapTap opens it, without its host.
pub fn opened_with(path: &str, redirect_uri: &str) -> String {
    // A plus sign would stand for itself.
    format!("{path}?{}", encoded(&[("redirect_uri", redirect_uri)]).replace('+', "%20"))
}

impl<'s> Visitor<'s> {
    pub fn new(server: &'s Server, path: &'s str) -> Self {
        Self { server, path, cookie: RefCell::default(), accepts: "en" }
    }

    /// The same browser at another server of the same game.
    pub fn at<'o>(&self, server: &'o Server) -> Visitor<'o>
    where
        's: 'o,
    {
        let Self { path, accepts, .. } = *self;
        Visitor { server, path, cookie: self.cookie.clone(), accepts }
    }

    pub fn get(&self, path: &str) -> Page {
        self.send("GET", path, b"")
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send("POST", path, encoded(fields).as_bytes())
    }

    fn send(&self, method: &str, path: &str, body: &[u8]) -> Page {
        let cookie = self.cookie.borrow().clone();
        let mut headers = vec![("Accept-Language", self.accepts)];
        headers.extend(cookie.as_deref().map(|cookie| ("Cookie", cookie)));
        headers.extend((method == "POST").then_some(FORM));
        let page = self.server.fetch(method, path, &headers, body);
        if let Some(set) = page.header("set-cookie") {
            *self.cookie.borrow_mut() = Some(set.split(';').next().unwrap().to_owned());
        }
        page
    }

    /// Opens the page as TapTap does; it asks who the player is.
    #[track_caller]
    pub fn open(&self, redirect_uri: &str) -> Page {
        let page = self.get(&opened_with(self.path, redirect_uri));
        assert_eq!(page.status, 200, "{}", page.text());
        page
    }

    /// Sends the form of a page to `to`, below the page's path.
    pub fn fill(&self, page: &Page, to: &str, more: &[(&str, &str)]) -> Page {
        let hidden = hidden(page);
        let own = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<_> = own.chain(more.iter().copied()).collect();
        self.post(&format!("{}{to}", self.path), &fields)
    }

    /// Goes to TapTap's login; its address.
    #[track_caller]
    pub fn to_taptap(&self, page: &Page) -> String {
        leads_to(&self.fill(page, "/taptap", &[]))
    }

    /// Logs in at TapTap's `page` as somebody; where that leads, without the host.
    #[track_caller]
    pub fn at_taptap(&self, taptap: &Server, page: &str, action: &str, player: &str) -> String {
        let asked = page.strip_prefix(&taptap.url).unwrap_or_else(|| panic!("{page}"));
        assert_eq!(taptap.fetch("GET", asked, &[], b"").status, 200);
        let id = state(taptap)["authorize"][0]["id"].as_str().unwrap().to_owned();
        let deed = serde_json::json!({ "action": action, "player": player });
        let done = order(taptap, &format!("/dev/authorize/{id}"), &deed);
        let back = done["location"].as_str().unwrap().to_owned();
        let host = back.find("://").unwrap() + 3;
        back[host + back[host..].find('/').unwrap()..].to_owned()
    }

    /// All of a login through TapTap; what comes of it.
    #[track_caller]
    pub fn log_in(&self, taptap: &Server, page: &Page, player: &str) -> Page {
        let at = self.to_taptap(page);
        assert_eq!(parameter(&at, "client_id").as_deref(), Some(CLIENT_ID));
        self.get(&self.at_taptap(taptap, &at, "allow", player))
    }

    /// From TapTap's address to the question; its address and the page.
    #[track_caller]
    pub fn asked(&self, taptap: &Server, redirect_uri: &str, player: &str) -> (String, Page) {
        let to = leads_to(&self.log_in(taptap, &self.open(redirect_uri), player));
        let page = self.get(&to);
        assert_eq!(page.status, 200, "{}", page.text());
        (to, page)
    }

    /// Answers the question at `at`.
    pub fn answer(&self, at: &str, page: &Page, action: &str) -> Page {
        self.fill(page, at.strip_prefix(self.path).unwrap(), &[("action", action)])
    }
}

/// Where a redirection leads, which tells nobody from where.
#[track_caller]
pub fn leads_to(page: &Page) -> String {
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    page.header("location").unwrap().to_owned()
}

/// The name of the notice on a page.
#[track_caller]
pub fn notice(page: &Page) -> (u16, &str) {
    let (_, rest) = page.text().split_once("data-status=\"").unwrap_or_else(|| {
        panic!("no notice: {} {}", page.status, page.text());
    });
    (page.status, rest.split('"').next().unwrap())
}

/// The hidden fields of the first form of a page.
pub fn hidden(page: &Page) -> Vec<(String, String)> {
    let form = page.text().split("<form").nth(1).unwrap_or_default();
    let form = form.split("</form>").next().unwrap();
    let fields = form.split("type=\"hidden\"").skip(1);
    let attribute = |field: &str, name: &str| {
        let (_, value) = field.split_once(&format!("{name}=\"")).unwrap();
        let value = value.split('"').next().unwrap();
        value
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    fields.map(|field| (attribute(field, "name"), attribute(field, "value"))).collect()
}
