//! Names and passwords: contract rows 6, 7, 13 and 17, and what would need mail or messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};
use tdsauth_core::secret::Secret;

use super::address::Client;
use super::auth::Caller;
use super::users::{Answer, Target};
use super::{App, answer, body, changes, users};
use crate::accounts::{User, View, split_fields};
use crate::clock;
use crate::credentials::{Credentials, Given, LogIn, Name, NewPassword};
use crate::hashing::{Hasher, Verdict};
use crate::ids::{TOKEN_CHARS, random_text};
use crate::problem::Problem;
use crate::storage::{
    Authority, ChangePassword, ForgetFailures, Hashes, Known, LogInOrder, LoggedIn,
    PasswordChanged, Right, SignUp,
};

/// How often old failures are forgotten, in milliseconds.
const FORGETTING: i64 = 60 * 1000;

/// What these rows need beside the database.
#[derive(Debug)]
pub(super) struct Passwords {
    hasher: Hasher,
    /// Whether a new password leaves the session as it is.
    keep_sessions: bool,
    /// When old failures were last forgotten, in Unix milliseconds.
    forgotten: AtomicI64,
}

impl Passwords {
    pub(super) fn new(keep_sessions: bool) -> Self {
        Self { hasher: Hasher::new(), keep_sessions, forgotten: AtomicI64::new(0) }
    }

    /// What is stored of what a request sets.
    pub(super) async fn credentials(&self, given: Given) -> Result<Credentials, Problem> {
        let hash = match &given.password {
            Some(password) => Some(self.hasher.hash(password).await?),
            None => None,
        };
        Ok(Credentials { names: given.names, hash })
    }
}

/// Contract row 6: a new account with a name and a password; `body` is the rest of it. A
/// name that is taken counts against the caller's new accounts, or it could ask for thousands.
pub(super) async fn sign_up(
    app: &App,
    caller: Caller,
    client: Client,
    given: Given,
    body: Map<String, Value>,
) -> Answer {
    given.is_complete()?;
    let (mut fields, own) = split_fields(body, app.policy)?;
    let own = users::own_fields(app, caller, &own, &mut fields).await?;
    let _counted = app.limits.sign_up(client)?;
    let now = clock::now_ms();
    let new_user = users::new_user(app, given, fields, own, now).await?;
    let max_bytes = app.policy.max_object_bytes();
    let user = app.store.order(SignUp { new_user, max_bytes, now }).await??;
    users::created(&user)
}

/// Contract row 7: logs in by username, e-mail address or phone number, and a password. A name that
/// nobody has costs what a wrong password costs; whether it is told apart, the policy says.
pub(super) async fn log_in(State(app): State<Arc<App>>, _: Caller, body: Body) -> Answer {
    let LogIn { name, password } = LogIn::read(body::object(&app, body).await?)?;
    let user = by_password(&app, name, &password).await?;
    Ok(answer::json(StatusCode::OK, &user.to_json(View::Session)))
}

/// Whose name and password these are, if the user may come in.
pub(super) async fn by_password(
    app: &Arc<App>,
    name: Name,
    password: &Secret,
) -> Result<User, Problem> {
    let now = clock::now_ms();
    let found = app.store.before_login(&name, now).await?.ok_or(Problem::LOCKED)?;
    let wrong = match &found {
        None if app.policy.tells_unknown_names() => Problem::NO_USER,
        _ => Problem::WRONG_PASSWORD,
    };
    let right = compared(&app.passwords.hasher, password, found).await?;
    // As late as it is counted: many may have waited for their hash.
    let now = clock::now_ms();
    match app.store.order(LogInOrder { name, right, now }).await? {
        LoggedIn::Done(user) => user.admitted(),
        LoggedIn::Locked => Err(Problem::LOCKED),
        LoggedIn::Wrong => {
            forget_failures(app, now);
            Err(wrong)
        }
    }
}

/// Whose password it is, if it is that of who was found. It takes one hash, whoever that is.
async fn compared(
    hasher: &Hasher,
    password: &Secret,
    found: Option<Known>,
) -> Result<Option<Right>, Problem> {
    let (id, hash) = found.map_or((None, None), |found| (Some(found.id), found.hash));
    let verdict = hasher.verify(password, hash.as_ref()).await?;
    let (Some(id), Some(hash)) = (id, hash) else { return Ok(None) };
    let renewed = match verdict {
        Verdict::Wrong => return Ok(None),
        Verdict::Right => None,
        Verdict::RightButOld => Some(hasher.hash(password).await?),
    };
    Ok(Some(Right { id, hash, renewed }))
}

/// Contract row 17: a new password for who knows the old one; the session ends with it.
pub(super) async fn update(
    State(app): State<Arc<App>>,
    Target { id, authority }: Target,
    body: Body,
) -> Answer {
    // Asked again when it is written; here, so that nothing is computed for strangers.
    changes::own(&app, &id, &authority).await?;
    let NewPassword { old, new } = NewPassword::read(body::object(&app, body).await?)?;
    let found = app.store.before_change(&id, clock::now_ms()).await?.ok_or(Problem::LOCKED)?;
    let hashes = match (app.passwords.hasher.verify(&old, found.as_ref()).await?, found) {
        (Verdict::Wrong, _) | (_, None) => None,
        (Verdict::Right | Verdict::RightButOld, Some(old)) => {
            Some(Hashes { old, new: app.passwords.hasher.hash(&new).await? })
        }
    };
    let new_token = match app.passwords.keep_sessions {
        true => None,
        false => Some(Secret::new(random_text(TOKEN_CHARS)?)),
    };
    let now = clock::now_ms();
    let order = ChangePassword { id: id.clone(), authority, hashes, new_token, now };
    match app.store.order(order).await? {
        PasswordChanged::Refused => Err(Problem::NO_SESSION),
        PasswordChanged::Nobody => Err(Problem::NO_USER),
        PasswordChanged::Locked => Err(Problem::LOCKED),
        PasswordChanged::Wrong => {
            forget_failures(&app, now);
            Err(Problem::WRONG_PASSWORD)
        }
        PasswordChanged::Done { token, updated_at } => {
            Ok(users::new_session(&id, &token, updated_at))
        }
    }
}

/// Contract row 13: names, addresses and a password for a user that is there, as they are stored.
/// A password costs the caller as much as a login.
pub(super) async fn set(
    app: &App,
    client: Client,
    authority: &Authority,
    given: Given,
) -> Result<Credentials, Problem> {
    if given.password.is_some() && !authority.is_master() {
        app.limits.login(client)?;
    }
    app.passwords.credentials(given).await
}

/// What would need mail or text messages.
pub(super) async fn no_messages(_: Caller) -> Problem {
    Problem::NO_MESSAGES
}

/// Now and then; nobody waits for it.
fn forget_failures(app: &Arc<App>, now: i64) {
    let last = &app.passwords.forgotten;
    if now.abs_diff(last.load(Ordering::Relaxed)) < FORGETTING.unsigned_abs() {
        return;
    }
    last.store(now, Ordering::Relaxed);
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if let Err(error) = app.store.order(ForgetFailures { now }).await {
            tracing::warn!(%error, "old failures are not forgotten");
        }
    });
}
