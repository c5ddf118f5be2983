//! Objects of a game's own classes, and queries, as a test drives them.

use super::api::{self, Error, RequestOptions, api};
use super::client::{Client, User, accepted, submit};

/// A query handle, released when dropped.
pub struct Query(pub u64);

impl Drop for Query {
    fn drop(&mut self) {
        // A test may have released it before.
        api().tdsauth_query_release(self.0);
    }
}

fn text(text: &str) -> (*const std::ffi::c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

const NONE: *const RequestOptions = std::ptr::null();

impl Client {
    pub fn try_create(&self, class: &str) -> Result<User, Error> {
        let (mut object, (class, len)) = (0, text(class));
        submit(|api, _, error| {
            api.tdsauth_object_create(self.0, class, len, &raw mut object, error)
        })?;
        Ok(User(object))
    }

    pub fn create(&self, class: &str) -> User {
        self.try_create(class).unwrap_or_else(|error| panic!("{}", error.text()))
    }

    pub fn try_parse(&self, json: &str) -> Result<User, Error> {
        let (mut object, (json, len)) = (0, text(json));
        submit(|api, _, error| {
            api.tdsauth_object_parse(self.0, json, len, &raw mut object, error)
        })?;
        Ok(User(object))
    }

    pub fn submit_save(&self, object: &User) -> u64 {
        accepted(self.try_save(object.0, None))
    }

    pub fn try_save_all(&self, objects: &[u64]) -> Result<u64, Error> {
        let (place, count) = (objects.as_ptr(), objects.len());
        submit(|api, out, error| {
            api.tdsauth_object_save_all(self.0, place, count, NONE, 7, out, error)
        })
    }

    pub fn save_all(&self, objects: &[&User]) -> u64 {
        let handles: Vec<u64> = objects.iter().map(|object| object.0).collect();
        accepted(self.try_save_all(&handles))
    }

    pub fn try_delete(&self, object: u64) -> Result<u64, Error> {
        submit(|api, out, error| api.tdsauth_object_delete(self.0, object, NONE, 7, out, error))
    }

    pub fn try_query(&self, class: &str) -> Result<Query, Error> {
        let (mut query, (class, len)) = (0, text(class));
        submit(|api, _, error| {
            api.tdsauth_query_create(self.0, class, len, &raw mut query, error)
        })?;
        Ok(Query(query))
    }

    pub fn query(&self, class: &str) -> Query {
        self.try_query(class).unwrap_or_else(|error| panic!("{}", error.text()))
    }

    pub fn find(&self, query: &Query) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_query_find(self.0, query.0, NONE, 7, out, error)
        }))
    }

    pub fn first(&self, query: &Query) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_query_first(self.0, query.0, NONE, 7, out, error)
        }))
    }

    pub fn count(&self, query: &Query) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_query_count(self.0, query.0, NONE, 7, out, error)
        }))
    }

    pub fn get(&self, query: &Query, id: &str) -> Result<u64, Error> {
        let (id, len) = text(id);
        submit(|api, out, error| {
            api.tdsauth_query_get(self.0, query.0, id, len, NONE, 7, out, error)
        })
    }
}

impl Query {
    /// `json` stands in the relation `op` to `key`; the status of the call.
    pub fn try_where(&self, key: &str, op: &str, json: &str) -> i32 {
        let ((key, key_len), (op, op_len), (json, len)) = (text(key), text(op), text(json));
        api().tdsauth_query_where(self.0, key, key_len, op, op_len, json, len)
    }

    pub fn and(&self, key: &str, op: &str, json: &str) -> &Self {
        assert_eq!(self.try_where(key, op, json), api::OK, "{key} {op} {json}");
        self
    }

    pub fn order(&self, key: &str, descending: bool) -> &Self {
        let (key, len) = text(key);
        let status = api().tdsauth_query_order(self.0, key, len, descending.into());
        assert_eq!(status, api::OK);
        self
    }
}

impl User {
    pub fn set_json(&self, key: &str, json: &str) -> i32 {
        let ((key, key_len), (json, len)) = (text(key), text(json));
        api().tdsauth_object_set_json(self.0, key, key_len, json, len)
    }

    pub fn increment(&self, key: &str, amount: i64) -> i32 {
        let (key, len) = text(key);
        api().tdsauth_object_increment_i64(self.0, key, len, amount)
    }

    pub fn increment_f64(&self, key: &str, amount: f64) -> i32 {
        let (key, len) = text(key);
        api().tdsauth_object_increment_f64(self.0, key, len, amount)
    }

    pub fn add(&self, key: &str, json: &str) -> i32 {
        let ((key, key_len), (json, len)) = (text(key), text(json));
        api().tdsauth_object_add(self.0, key, key_len, json, len)
    }

    pub fn add_unique(&self, key: &str, json: &str) -> i32 {
        let ((key, key_len), (json, len)) = (text(key), text(json));
        api().tdsauth_object_add_unique(self.0, key, key_len, json, len)
    }

    pub fn remove(&self, key: &str, json: &str) -> i32 {
        let ((key, key_len), (json, len)) = (text(key), text(json));
        api().tdsauth_object_remove(self.0, key, key_len, json, len)
    }

    pub fn point(&self, key: &str, target: &Self) -> i32 {
        let (key, len) = text(key);
        api().tdsauth_object_set_object(self.0, key, len, target.0)
    }

    pub fn relate(&self, key: &str, target: &Self) -> i32 {
        let (key, len) = text(key);
        api().tdsauth_object_add_relation(self.0, key, len, target.0)
    }

    pub fn unrelate(&self, key: &str, target: &Self) -> i32 {
        let (key, len) = text(key);
        api().tdsauth_object_remove_relation(self.0, key, len, target.0)
    }

    pub fn target(&self, key: &str) -> Result<Self, i32> {
        let ((key, len), mut target) = (text(key), 0);
        match api().tdsauth_object_get_object(self.0, key, len, &raw mut target) {
            api::OK => Ok(Self(target)),
            status => Err(status),
        }
    }

    pub fn set_acl(&self, who: &str, rights: i32) -> i32 {
        let (who, len) = text(who);
        api().tdsauth_object_set_acl(self.0, who, len, rights)
    }

    pub fn acl(&self, who: &str) -> Result<i32, i32> {
        let ((who, len), mut rights) = (text(who), 77);
        match api().tdsauth_object_get_acl(self.0, who, len, &raw mut rights) {
            api::OK => Ok(rights),
            status => Err(status),
        }
    }

    pub fn i64(&self, key: &str) -> Result<i64, i32> {
        let ((key, len), mut value) = (text(key), 0);
        match api().tdsauth_object_get_i64(self.0, key, len, &raw mut value) {
            api::OK => Ok(value),
            status => Err(status),
        }
    }

    /// The whole object, with its class.
    pub fn whole(&self) -> serde_json::Value {
        let text =
            api::text(|buf, cap, needed| api().tdsauth_object_to_json(self.0, buf, cap, needed));
        serde_json::from_str(&text.expect("a text")).expect("JSON")
    }
}
