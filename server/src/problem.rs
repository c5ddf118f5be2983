//! What goes wrong, as the caller is told: HTTP status, `code` and `error` of the contract.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde_json::{Value, json};

/// An answer that is not a success. Of what the caller sent `text` holds nothing but names of
/// classes and keys and object ids, so that no secret comes back in an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// The number clients branch on; equal to the status where the contract has none.
    pub(crate) code: u16,
    /// For a person to read.
    pub(crate) text: Cow<'static, str>,
    /// Seconds until it is of use to try again, where that is known.
    pub(crate) retry_after: Option<u32>,
}

impl Problem {
    pub(crate) const fn business(code: u16, text: &'static str) -> Self {
        Self::of(StatusCode::BAD_REQUEST, code, text)
    }

    const fn of(status: StatusCode, code: u16, text: &'static str) -> Self {
        Self { status, code, text: Cow::Borrowed(text), retry_after: None }
    }

    const fn plain(status: StatusCode, text: &'static str) -> Self {
        Self::of(status, status.as_u16(), text)
    }

    /// What stands in the body of the answer.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "code": self.code, "error": self.text })
    }

    /// The address of the caller has used up its share for so many seconds.
    pub(crate) fn too_many(wait: u32) -> Self {
        let text = "Too many requests.";
        Self { retry_after: Some(wait), ..Self::plain(StatusCode::TOO_MANY_REQUESTS, text) }
    }

    /// A class lets the caller not do this with its objects.
    pub(crate) fn forbidden(what: &str, class: &str) -> Self {
        let text = format!("Forbidden to {what} by class '{class}' permissions.");
        Self { text: text.into(), ..Self::plain(StatusCode::FORBIDDEN, "") }
    }

    /// The ACL of an object lets the caller not do this.
    pub(crate) fn forbidden_by_acl(what: &str) -> Self {
        let text = format!("Forbidden to {what} the object by its ACL.");
        Self { text: text.into(), ..Self::plain(StatusCode::FORBIDDEN, "") }
    }

    /// There is no such object to be changed.
    pub(crate) fn no_object(id: &str, class: &str) -> Self {
        let text = format!("Could not find object by id '{id}' for class '{class}'.");
        Self { text: text.into(), ..Self::business(1, "") }
    }

    /// A value is of another type than its key.
    pub(crate) fn bad_type(key: &str, known: &str, given: &str) -> Self {
        let text = format!(
            "Invalid value type for field '{key}', expect type is {known} but it is {given}."
        );
        Self { text: text.into(), ..Self::business(111, "") }
    }

    pub(crate) const ROLE_NEEDS_ACL: Self = Self::business(1, "Role ACL is required.");
    pub(crate) const NO_CLASS: Self =
        Self::of(StatusCode::NOT_FOUND, 101, "Class or object doesn't exists.");
    pub(crate) const BAD_CLASS_NAME: Self = Self::business(
        103,
        "Invalid class name. Letters, digits and _ are expected, and a letter first.",
    );
    pub(crate) const NO_OBJECT_ID: Self =
        Self::business(104, "The objectId is missing or invalid.");
    pub(crate) const BAD_KEY_NAME: Self = Self::business(
        105,
        "Invalid key name. Letters, digits and _ are expected, a letter first, and none that is \
         reserved.",
    );
    pub(crate) const BAD_POINTER: Self =
        Self::business(106, "Malformed pointer. A className and an objectId are expected.");
    pub(crate) const BAD_OPERATION: Self =
        Self::business(107, "Malformed operation. The __op is not understood.");
    pub(crate) const TOO_MANY_OPERATIONS: Self =
        Self::business(107, "Malformed json object. It has too many keys.");
    pub(crate) const TOO_DEEP: Self =
        Self::business(107, "Malformed json object. It nests too deep.");
    pub(crate) const BAD_VALUE: Self =
        Self::business(111, "Invalid value. Its __type is not understood.");
    pub(crate) const BAD_DATE: Self = Self::business(111, "Invalid date. ISO 8601 is expected.");
    pub(crate) const BAD_BYTES: Self = Self::business(111, "Invalid bytes. Base64 is expected.");
    pub(crate) const BAD_GEO_POINT: Self = Self::business(
        111,
        "Invalid GeoPoint. A latitude from -90 to 90 and a longitude from -180 to 180 are expected.",
    );
    pub(crate) const BAD_OPERAND: Self =
        Self::business(111, "The operation does not fit the value that is there.");
    pub(crate) const NO_INTEGER: Self =
        Self::business(111, "The value that is there is no 64-bit integer.");
    pub(crate) const NOT_FINITE: Self = Self::business(111, "The sum is no finite number.");
    pub(crate) const NO_NEW_CLASS: Self =
        Self::of(StatusCode::FORBIDDEN, 119, "Clients may not create classes.");
    pub(crate) const BAD_NESTED_KEY: Self = Self::business(
        121,
        "Invalid nested key. It must not be empty, begin with __ or hold $ or a dot.",
    );
    pub(crate) const BAD_ACL: Self = Self::business(123, "Invalid ACL.");
    pub(crate) const BAD_RELATION: Self = Self::business(
        128,
        "Invalid relation. 1 to 1000 pointers to objects of one class are expected.",
    );
    pub(crate) const BAD_ROLE_NAME: Self = Self::business(
        139,
        "Invalid role name. Letters, digits and _ are expected, and it cannot be changed.",
    );
    pub(crate) const TOO_MANY_CLASSES: Self = Self::business(140, "There are too many classes.");
    pub(crate) const TOO_MANY_KEYS: Self = Self::business(140, "The class has too many keys.");

    pub(crate) const BAD_BATCH: Self =
        Self::business(107, "Malformed batch. At most 1000 requests are expected.");
    pub(crate) const BAD_BATCH_REQUEST: Self = Self::business(
        107,
        "Malformed request of a batch. A method, a path with /1.1/ in front and objects as body \
         and params are expected.",
    );
    pub(crate) const BAD_CLASS: Self =
        Self::business(107, "Malformed class. Keys with types and permissions are expected.");
    pub(crate) const BAD_JSON: Self =
        Self::business(107, "Malformed json object. A json dictionary is expected.");
    pub(crate) const NUL_IN_JSON: Self =
        Self::business(107, "Malformed json object. The character U+0000 is not allowed.");
    pub(crate) const NO_MESSAGES: Self =
        Self::business(108, "This server sends no mail and no text messages.");
    pub(crate) const BAD_FIELD_TYPE: Self =
        Self::business(111, "Invalid value type for field, a string is expected.");
    pub(crate) const BAD_QUERY: Self =
        Self::business(107, "Malformed query. The parameters are not understood.");
    pub(crate) const INEXACT_QUERY: Self = Self::business(
        107,
        "Malformed query. The exact value of objectId or username is expected.",
    );
    pub(crate) const BAD_REDIRECT: Self =
        Self::business(107, "The redirect_uri does not lead to TapTap, or takes no code.");
    pub(crate) const BAD_ROLE: Self =
        Self::business(107, "Malformed roles. At most 500 with their texts are expected.");
    pub(crate) const BAD_PUSH: Self =
        Self::business(107, "Malformed data. At most 500 roles and 2000 records are expected.");
    pub(crate) const NO_ROLE: Self = Self::plain(StatusCode::NOT_FOUND, "There is no such role.");
    pub(crate) const READ_ONLY: Self = Self::business(117, "The field is read-only.");
    pub(crate) const NO_EFFECT: Self =
        Self::business(305, "No effect on updating/deleting a document.");
    pub(crate) const OBJECT_TOO_LARGE: Self = Self::business(116, "The object is too large.");
    pub(crate) const HAS_PASSWORD: Self =
        Self::business(119, "The password is changed by updatePassword, with the old one.");
    pub(crate) const TIMED_OUT: Self =
        Self::of(StatusCode::GATEWAY_TIMEOUT, 124, "The request timed out.");
    pub(crate) const BAD_EMAIL: Self = Self::business(125, "The email address was invalid.");
    pub(crate) const BAD_PHONE: Self = Self::business(127, "The mobile phone number was invalid.");
    pub(crate) const TAKEN: Self =
        Self::business(137, "A unique field was given a value that is already taken.");
    pub(crate) const USERNAME_MISSING: Self = Self::business(200, "Username is missing.");
    pub(crate) const PASSWORD_MISSING: Self = Self::business(201, "Password is missing.");
    pub(crate) const USERNAME_TAKEN: Self = Self::business(202, "Username has already been taken.");
    pub(crate) const EMAIL_TAKEN: Self =
        Self::business(203, "The email address has already been taken.");
    pub(crate) const NO_SESSION: Self =
        Self::business(206, "The user cannot be altered by a client without the session.");
    pub(crate) const WRONG_PASSWORD: Self =
        Self::business(210, "The username and password mismatch.");
    pub(crate) const NO_USER: Self = Self::business(211, "Could not find user.");
    pub(crate) const PHONE_TAKEN: Self =
        Self::business(214, "The mobile phone number has already been taken.");
    pub(crate) const BAD_USERNAME: Self =
        Self::business(217, "Invalid username, 1 to 256 bytes that are not blank are expected.");
    pub(crate) const BAD_PASSWORD: Self =
        Self::business(218, "Invalid password, 1 to 1024 bytes that are not blank are expected.");
    pub(crate) const LOCKED: Self =
        Self::business(219, "Too many failed logins, please try again in 15 minutes.");
    pub(crate) const LINKED_ID_MISSING: Self =
        Self::business(250, "The id of the linked account is missing.");
    pub(crate) const BAD_AUTH_DATA: Self = Self::business(251, "Invalid authData.");
    pub(crate) const UNKNOWN_PLATFORM: Self =
        Self::business(252, "Invalid authData. The platform is not configured.");

    pub(crate) const BAD_IDENTITY_TOKEN: Self =
        Self::business(400, "The identity token is none of this service.");
    pub(crate) const IDENTITY_TOKEN_EXPIRED: Self =
        Self::business(410, "The identity token has expired.");

    pub(crate) const UNAUTHORIZED: Self = Self::plain(StatusCode::UNAUTHORIZED, "Unauthorized.");
    pub(crate) const FOREIGN_HOST: Self =
        Self::plain(StatusCode::FORBIDDEN, "This server answers to its own loopback names only.");
    pub(crate) const FOREIGN_ORIGIN: Self = Self::plain(
        StatusCode::FORBIDDEN,
        "This server takes nothing from the pages of other servers.",
    );
    pub(crate) const NEW_FIELD: Self = Self::plain(
        StatusCode::FORBIDDEN,
        "Forbidden to add new fields by class '_User' permissions.",
    );
    pub(crate) const BANNED: Self = Self::plain(StatusCode::FORBIDDEN, "This account is banned.");
    pub(crate) const NO_FIND: Self =
        Self::plain(StatusCode::FORBIDDEN, "Forbidden to find by class '_User' permissions.");
    pub(crate) const MASTER_ONLY: Self =
        Self::plain(StatusCode::FORBIDDEN, "The master key is needed.");
    pub(crate) const NOT_FOUND: Self = Self::plain(StatusCode::NOT_FOUND, "Not found.");
    pub(crate) const METHOD_NOT_ALLOWED: Self =
        Self::plain(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.");
    pub(crate) const BODY_LATE: Self =
        Self::plain(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time.");
    pub(crate) const BODY_TOO_LARGE: Self =
        Self::plain(StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large.");
    pub(crate) const ANSWER_TOO_LARGE: Self = Self::plain(
        StatusCode::PAYLOAD_TOO_LARGE,
        "The answers before are too large, so this request was not done.",
    );
    pub(crate) const UNAVAILABLE: Self =
        Self::plain(StatusCode::SERVICE_UNAVAILABLE, "The service is not available now.");
}
