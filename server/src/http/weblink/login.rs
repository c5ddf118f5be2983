//! Who the player is: by TapTap's own login, or by name and password.

use axum::body::Body;
use axum::response::Response;
use tdsauth_core::secret::Secret;
use tdsauth_core::taptap::{Attempt, Callback, Outcome};

use super::browser::CHARS;
use super::call::Call;
use super::trouble::Trouble;
use super::{Done, face};
use crate::accounts::{ANONYMOUS, Identity, TAPTAP, User};
use crate::clock;
use crate::credentials::Name;
use crate::http::passwords;
use crate::ids::random_text;
use crate::pages::{self, Form};
use crate::problem::Problem;
use crate::seal::Purpose;
use crate::storage::{BeginVisit, EndVisit, Stage, Visit};
use crate::verify::BASIC_INFO;

/// `POST …/taptap`: sends the player to TapTap's login.
pub(super) async fn to_taptap(mut call: Call, body: Body) -> Response {
    let done = sent_to_taptap(&mut call, body).await;
    call.finish(done)
}

async fn sent_to_taptap(call: &mut Call, body: Body) -> Done {
    let form = call.form(body).await?;
    let redirect_uri = begun(call, &form)?;
    let taptap = call.app.verifiers.taptap_in_browser().ok_or(Trouble::GONE)?;
    let visit = enter(call, Stage::Login, None, redirect_uri).await?;
    Ok(pages::see_other(taptap.page_for(&attempt(call, &visit)).expose()))
}

/// `GET …/taptap?code&state`: TapTap sends the player back.
pub(super) async fn back(mut call: Call) -> Response {
    let done = came_back(&mut call).await;
    call.finish(done)
}

async fn came_back(call: &mut Call) -> Done {
    let callback = Callback::read(call.uri.query().unwrap_or_default()).ok_or(Trouble::GONE)?;
    let key = call.key(callback.state.expose(), Stage::Login)?;
    // Whatever comes of it: a second answer to the same question is none.
    let visit = call.app.store.order(EndVisit { key }).await?.ok_or(Trouble::GONE)?;
    call.prefer(&visit.language);
    let again = call.start(&visit.redirect_uri);
    let user = match callback.outcome {
        Outcome::Code(code) => whose(call, &callback.state, code).await,
        Outcome::Refused(error) => {
            tracing::info!(%error, "a login by TapTap's page came to nothing");
            Err(Trouble::DENIED)
        }
    };
    let user = user.and_then(may_bind).map_err(|trouble| trouble.start_at(&again))?;
    welcome(call, &user, visit.redirect_uri).await
}

/// The account of the game's player whom TapTap names. None is made.
async fn whose(call: &Call, visit: &Secret, code: Secret) -> Result<User, Trouble> {
    let taptap = call.app.verifiers.taptap_in_browser().ok_or(Trouble::GONE)?;
    let openid = taptap.whose_code(attempt(call, visit), code).await?;
    let identity = Identity { platform: TAPTAP.to_owned(), value: openid, data: Secret::new("{}") };
    call.app.store.user_by_identity(&identity).await?.ok_or(Trouble::NO_ACCOUNT)
}

/// What TapTap is asked. The verifier is made of the visit, under a key that no browser has.
fn attempt(call: &Call, visit: &Secret) -> Attempt {
    let verifier = call.app.store.seal().lookup(Purpose::Binding, &["verifier", visit.expose()]);
    Attempt {
        state: visit.clone(),
        verifier: Secret::new(verifier),
        redirect_uri: format!("{}{}/taptap", call.origin(), call.page.path),
        scopes: BASIC_INFO.to_owned(),
    }
}

/// `POST …/password`, form `name=…&password=…`.
pub(super) async fn by_password(mut call: Call, body: Body) -> Response {
    let done = with_password(&mut call, body).await;
    call.finish(done)
}

async fn with_password(call: &mut Call, body: Body) -> Done {
    if !call.page.passwords {
        return Err(Trouble::GONE);
    }
    let form = call.form(body).await?;
    let redirect_uri = begun(call, &form)?;
    let (Some(name), Some(password)) = (form.get("name"), form.get("password")) else {
        return Err(Trouble::BAD_FORM);
    };
    let trouble = match known(call, name, &Secret::new(password)).await.and_then(may_bind) {
        Ok(user) => return welcome(call, &user, redirect_uri).await,
        Err(trouble) => trouble,
    };
    match &call.browser {
        // It is asked again at once.
        Some(browser) if trouble.is_about_password() => {
            Ok(face::login(call, browser, &redirect_uri, Some((&trouble, name))))
        }
        _ => Err(trouble.start_at(&call.start(&redirect_uri))),
    }
}

/// Whose name and password these are.
async fn known(call: &Call, typed: &str, password: &Secret) -> Result<User, Trouble> {
    // The database cannot even look for it.
    if typed.contains('\0') {
        return Err(Problem::WRONG_PASSWORD.into());
    }
    let mut meant = None;
    for name in Name::typed(typed) {
        let found = call.app.store.before_login(&name, clock::now_ms()).await?;
        let is_somebodys = found.ok_or(Problem::LOCKED)?.is_some();
        meant = Some(name);
        if is_somebodys {
            break;
        }
    }
    let name = meant.ok_or(Problem::WRONG_PASSWORD)?;
    Ok(passwords::by_password(&call.app, name, password).await?)
}

/// A form that begins a login: its `redirect_uri`, once everything else about it is right.
fn begun(call: &Call, form: &Form) -> Result<String, Trouble> {
    let redirect_uri = form.get("redirect_uri").ok_or(Trouble::BAD_FORM)?;
    call.is_taptaps(redirect_uri)?;
    let start = call.start(redirect_uri);
    let ready = call.sent_by_page(form, redirect_uri).and_then(|_| call.counts_as_login());
    ready.map_err(|trouble| trouble.start_at(&start))?;
    Ok(redirect_uri.to_owned())
}

/// Whoever has only an id that a device made up cannot be told from others on a page.
fn may_bind(user: User) -> Result<User, Trouble> {
    let user = user.admitted()?;
    if user.auth_data.contains_key(ANONYMOUS) { Err(Trouble::GUEST) } else { Ok(user) }
}

/// Leads who has logged in to the question, whose address holds no secret.
async fn welcome(call: &Call, user: &User, redirect_uri: String) -> Done {
    let visit = enter(call, Stage::Consent, Some(user.id.clone()), redirect_uri).await?;
    Ok(pages::see_other(&format!("{}/{}", call.page.path, visit.expose())))
}

/// Begins a visit, and names it.
async fn enter(
    call: &Call,
    stage: Stage,
    user: Option<String>,
    redirect_uri: String,
) -> Result<Secret, Trouble> {
    let key = call.key(&random_text(CHARS)?, stage)?;
    let name = key.visit.clone();
    let language = call.language.tag().to_owned();
    let (life, clear) = (call.page.life, getrandom::u32()?.is_multiple_of(64));
    let visit = Visit { user, redirect_uri, language };
    call.app.store.order(BeginVisit { key, visit, life, clear }).await?;
    Ok(name)
}
