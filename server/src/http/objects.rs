//! `/1.1/classes/C`, and `/1.1/roles` and the like: objects made, got, changed and deleted (contract
//! rows 20 to 23).

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};
use tdsauth_core::secret::Secret;

use super::auth::{Caller, Session};
use super::query::Query;
use super::users::Answer;
use super::{App, answer, body, queries};
use crate::clock;
use crate::objects::acl::{Acl, Principals};
use crate::objects::change::Change;
use crate::objects::schema::check_class;
use crate::objects::value::is_id;
use crate::objects::{Object, USER};
use crate::problem::Problem;
use crate::storage::{DeleteObjects, Include, ObjectTarget, SaveObject};

/// Objects that one request deletes.
const MOST_DELETED: usize = 1000;

/// Classes that have a path of their own beside that of every class.
const ALIASES: [(&str, &str); 7] = [
    ("files", "_File"),
    ("followees", "_Followee"),
    ("followers", "_Follower"),
    ("friendshiprequests", "_FriendshipRequest"),
    ("installations", "_Installation"),
    ("roles", "_Role"),
    ("statuses", "_Status"),
];

/// The routes of all classes but that of users.
pub(super) fn routes() -> Router<Arc<App>> {
    let one = || get(by_id).put(update).delete(delete);
    let all = Router::new()
        .route("/1.1/classes/{class}", post(create).get(queries::find))
        .route("/1.1/scan/classes/{class}", get(queries::scan))
        .route("/1.1/classes/{class}/{id}", one());
    ALIASES.into_iter().fold(all, |all, (path, class)| {
        all.route(
            &format!("/1.1/{path}"),
            post(create).get(queries::find).layer(Extension(Alias(class))),
        )
        .route(&format!("/1.1/{path}/{{id}}"), one().layer(Extension(Alias(class))))
    })
}

/// The class that a path names by a word of its own.
#[derive(Debug, Clone, Copy)]
struct Alias(&'static str);

/// The class in the path, and the object if there is one.
pub(super) struct Place {
    pub(super) class: String,
    pub(super) id: String,
}

impl FromRequestParts<Arc<App>> for Place {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = RawPathParams::from_request_parts(parts, app).await;
        let path = path.map_err(|_| Problem::NOT_FOUND)?;
        let part = |named: &str| {
            let found = path.iter().find(|(name, _)| *name == named);
            found.map_or_else(String::new, |(_, value)| value.to_owned())
        };
        let class = match parts.extensions.get::<Alias>() {
            Some(Alias(class)) => (*class).to_owned(),
            None => part("class"),
        };
        // Users have routes of their own, however the name is written.
        if class == USER {
            return Err(Problem::NOT_FOUND);
        }
        check_class(&class)?;
        Ok(Self { class, id: part("id") })
    }
}

impl App {
    /// Who makes a request with this session. One that is none is as nobody's.
    pub(super) async fn principals(
        &self,
        caller: Caller,
        session: Option<Secret>,
    ) -> Result<Principals, Problem> {
        let mut by = Principals::nobody(self.policy);
        by.master = caller == Caller::Master;
        if let Some(session) = session
            && let Some((user, roles)) = self.store.principal(session.expose()).await?
        {
            (by.user, by.roles) = (Some(user), roles);
        }
        Ok(by)
    }
}

/// Contract row 20.
async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place { class, .. }: Place,
    query: Query,
    Session(session): Session,
    body: Body,
) -> Answer {
    let by = app.principals(caller, session).await?;
    let change = Change::read(body::object(&app, body).await?)?;
    let (max_bytes, now) = (app.policy.max_object_bytes(), clock::now_ms());
    let target = ObjectTarget::New(app.ids.next(now));
    let order =
        SaveObject { class: class.clone(), target, change, by, condition: None, max_bytes, now };
    let (object, shows) = app.store.order(order).await??;
    let whole = query.is_true("fetchWhenSave") || query.is_true("new");
    let location = format!("/1.1/classes/{class}/{}", object.id);
    let row = match whole && shows {
        true => shown(object, &query),
        false => json!({ "objectId": object.id, "createdAt": clock::iso(object.created_at) }),
    };
    let mut made = answer::json(StatusCode::CREATED, &row);
    let location = HeaderValue::try_from(location).map_err(|_| Problem::UNAVAILABLE)?;
    made.headers_mut().insert(LOCATION, location);
    Ok(made)
}

/// Contract row 21.
async fn by_id(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place { class, id }: Place,
    query: Query,
    Session(session): Session,
) -> Answer {
    let by = app.principals(caller, session).await?;
    if query.wants_all_as_kept() {
        let row = app.store.written_object(&class, &id, &by).await??;
        return Ok(answer::written(StatusCode::OK, row.unwrap_or_else(|| "{}".into())));
    }
    let row = match app.store.object(&class, &id, &by).await?? {
        Some(object) => {
            let paths = queries::included(&query)?;
            let row = shown(object, &query);
            match paths.is_empty() {
                true => row,
                false => app.store.read(&Include { row, paths, by }, app.query_time).await?,
            }
        }
        None => json!({}),
    };
    Ok(answer::json(StatusCode::OK, &row))
}

/// Contract row 22.
async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place { class, id }: Place,
    query: Query,
    Session(session): Session,
    body: Body,
) -> Answer {
    let by = app.principals(caller, session).await?;
    if !is_id(&id) {
        return Err(Problem::NO_OBJECT_ID);
    }
    let change = Change::read(body::object(&app, body).await?)?;
    let condition = query.condition()?;
    let touched: BTreeSet<String> = change.keys().map(str::to_owned).collect();
    let (max_bytes, now) = (app.policy.max_object_bytes(), clock::now_ms());
    let target = ObjectTarget::Existing(id);
    let order = SaveObject { class, target, change, by, condition, max_bytes, now };
    let (object, shows) = app.store.order(order).await??;
    if query.is_true("fetchWhenSave") && shows {
        return Ok(answer::json(StatusCode::OK, &shown(object, &query)));
    }
    let mut row = Map::new();
    if query.is_true("new") && shows {
        row.extend(object.data.into_iter().filter(|(key, _)| touched.contains(key)));
    }
    row.insert("objectId".into(), object.id.into());
    row.insert("updatedAt".into(), clock::iso(object.updated_at).into());
    Ok(answer::json(StatusCode::OK, &Value::Object(row)))
}

/// Contract row 23: one object, or several with commas between their ids.
async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Place { class, id }: Place,
    query: Query,
    Session(session): Session,
) -> Answer {
    let by = app.principals(caller, session).await?;
    let ids: BTreeSet<String> = id.split(',').map(str::to_owned).collect();
    if ids.len() > MOST_DELETED || !ids.iter().all(|id| is_id(id)) {
        return Err(Problem::NO_OBJECT_ID);
    }
    let condition = query.condition()?;
    app.store.order(DeleteObjects { class, ids, by, condition }).await??;
    Ok(answer::json(StatusCode::OK, &json!({})))
}

/// The object as `keys` and `returnACL` want it.
fn shown(object: Object, query: &Query) -> Value {
    let acl = query.is_true("returnACL").then(|| Acl::shown(object.acl.as_ref()));
    let mut row = object.into_json(false);
    query.project(&mut row);
    if let (Some(acl), Some(row)) = (acl, row.as_object_mut()) {
        row.insert("ACL".into(), acl);
    }
    row
}
