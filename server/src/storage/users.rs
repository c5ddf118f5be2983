//! Reading users.

use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row as _};
use tdsauth_core::secret::Secret;

use super::{Result, StoreError};
use crate::accounts::User;

/// The columns of [`User`], in no particular order.
macro_rules! select_user {
    ($where:literal) => {
        concat!(
            "SELECT id, created_at, updated_at, username, email_verified, mobile_phone_verified, ",
            "session_token, fields FROM users WHERE ",
            $where
        )
    };
}

/// The user whose session token this is.
pub(super) async fn by_token(db: &mut SqliteConnection, token: &str) -> Result<Option<User>> {
    let query = sqlx::query_as(select_user!("session_token = ?")).bind(token);
    with_auth_data(query.fetch_optional(&mut *db).await?, db).await
}

/// The user of this object id.
pub(super) async fn by_id(db: &mut SqliteConnection, id: &str) -> Result<Option<User>> {
    let query = sqlx::query_as(select_user!("id = ?")).bind(id);
    with_auth_data(query.fetch_optional(&mut *db).await?, db).await
}

/// The newest users, at most so many.
pub(super) async fn newest(db: &mut SqliteConnection, most: u32) -> Result<Vec<User>> {
    // Ids sort by the time they were made.
    let query = sqlx::query_as(select_user!("true ORDER BY id DESC LIMIT ?")).bind(most);
    let rows: Vec<User> = query.fetch_all(&mut *db).await?;
    let mut users = Vec::with_capacity(rows.len());
    for row in rows {
        users.extend(with_auth_data(Some(row), db).await?);
    }
    Ok(users)
}

async fn with_auth_data(user: Option<User>, db: &mut SqliteConnection) -> Result<Option<User>> {
    let Some(mut user) = user else {
        return Ok(None);
    };
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT platform, data FROM identities WHERE user_id = ?")
            .bind(&user.id)
            .fetch_all(db)
            .await?;
    for (platform, data) in rows {
        user.auth_data.insert(platform, object(&data)?.into());
    }
    Ok(Some(user))
}

impl FromRow<'_, SqliteRow> for User {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let fields: String = row.try_get("fields")?;
        Ok(Self {
            id: row.try_get("id")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            username: row.try_get("username")?,
            email_verified: row.try_get("email_verified")?,
            mobile_phone_verified: row.try_get("mobile_phone_verified")?,
            session_token: Secret::new(row.try_get::<String, _>("session_token")?),
            fields: object(&fields)
                .map_err(|error| sqlx::Error::Decode(error.to_string().into()))?,
            auth_data: Map::new(),
        })
    }
}

fn object(text: &str) -> Result<Map<String, Value>> {
    // The cause could quote what is stored, so it is not passed on.
    serde_json::from_str(text).map_err(|_| StoreError::Failed("a stored JSON is damaged".into()))
}
