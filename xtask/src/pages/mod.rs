//! The step that shows a real Chromium every page that a player or a developer may come to, while
//! a game that uses the library waits for what comes of it.

mod authorize;
mod device;
mod front;
mod game;
mod visit;
mod weblink;
pub(crate) mod words;

use serde_json::json;

use crate::browser::chromium::{Chromium, Language, Window};
use crate::browser::driver::Driver;
use crate::browser::selftest;
use crate::counts::Counts;
use crate::server::{self, Server};
use crate::standin::StandIn;
use crate::workspace::{Workspace, new_folder};
use game::Game;
use visit::{Place, Visit};

/// One of the things that people do on the pages.
type Walk = fn(&Visit<'_>) -> Result<(), String>;

/// What is done on the pages; each is one test for each kind of visitor.
const WALKS: [(&str, Walk); 11] = [
    ("a player scans, chooses and allows", device::allow),
    ("a player scans and allows by keys alone", device::allow_by_keys),
    ("a player scans and refuses", device::refuse),
    ("a player scans and is too late", device::expire),
    ("a player types the code in", device::type_in),
    ("a player changes the language", device::other_language),
    ("a player allows in the browser", authorize::allow),
    ("a player refuses in the browser", authorize::refuse),
    ("a player is too late in the browser", authorize::expire),
    ("a bad request is explained", authorize::bad_request),
    ("a developer looks at the front page", front::full),
];

/// What is seen only before anything else was done.
const AT_FIRST: [(&str, Walk); 1] =
    [("a developer looks at the front page at first", front::empty)];

/// The same on a server that binds roles.
const BINDING_WALKS: [(&str, Walk); 6] = [
    ("a player agrees to bind roles", weblink::agree),
    ("a player refuses to bind roles", weblink::refuse),
    ("a player logs in by name, by keys alone, to bind roles", weblink::by_password),
    ("a player has no roles to bind", weblink::nothing_to_bind),
    ("a stranger opens the page for binding", weblink::foreign),
    ("a player changes the language of the page for binding", weblink::other_language),
];

/// The step.
pub(crate) fn run(workspace: &Workspace) -> Result<Counts, String> {
    let scratch = workspace.scratch()?;
    let folder = |name: &str| new_folder(scratch.path(), name);
    let game = Game::build(workspace, scratch.path())?;
    let program = server::build(workspace)?;
    let pictures = workspace.pictures("pages")?;
    let driver = Driver::start(&folder("home")?)?;
    let mut counts = Counts::default();
    for language in Language::ALL {
        let tag = language.tag();
        let browser = Chromium::start(&driver, &folder(&format!("profile-{tag}"))?, language)?;
        counts.add(selftest::check(&browser, &folder(&format!("selftest-{tag}"))?)?);
        let server = Server::start(&program, &folder(&format!("server-{tag}"))?, "127.0.0.1:0")?;
        let stand_in = StandIn::of(&server);
        stand_in.script(&json!({"interval": 1}))?;
        let place =
            Place { workspace, server: &server, stand_in, game: &game, pictures: &pictures };
        visits(&mut counts, &place, &browser, &AT_FIRST, &WALKS);
        let binding = weblink::server(&program, &folder(&format!("binding-{tag}"))?)?;
        let stand_in = StandIn::of(&binding);
        let place = Place { server: &binding, stand_in, ..place };
        visits(&mut counts, &place, &browser, &[], &BINDING_WALKS);
        browser.quit()?;
        counts.check(&format!("the server ends in good order: {tag}"), server.stop());
        counts.check(&format!("the one that binds does, too: {tag}"), binding.stop());
    }
    Ok(counts)
}

/// Everything with one browser: on a phone and on a desktop, once with scripts and once without. The
/// other language has them the other way round, which leaves no pair of the three untried.
fn visits(
    counts: &mut Counts,
    place: &Place<'_>,
    browser: &Chromium<'_>,
    at_first: &[(&str, Walk)],
    walks: &[(&str, Walk)],
) {
    let tag = browser.language.tag();
    let phone_scripts = browser.language.pick(false, true);
    for (window, scripts) in [(Window::Phone, phone_scripts), (Window::Desktop, !phone_scripts)] {
        let visit = Visit { place, browser, window };
        let set = browser.show_on(window).and_then(|()| browser.run_scripts(scripts));
        let with = if scripts { "scripts" } else { "no scripts" };
        let kind = format!("{tag}, {}, {with}", window.name());
        counts.check(&format!("the browser is as told: {kind}"), set);
        let at_first = if window == Window::Phone { at_first } else { &[] };
        for (name, walk) in at_first.iter().chain(walks) {
            counts.check(&format!("{name}: {kind}"), walk(&visit));
        }
    }
}
