//! What goes wrong, as the caller is told: HTTP status, `code` and `error` of the contract.

use axum::http::StatusCode;

/// An answer that is not a success. `text` never holds anything the caller sent, so that no
/// secret comes back in an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Problem {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// The number clients branch on; equal to the status where the contract has none.
    pub(crate) code: u16,
    /// For a person to read.
    pub(crate) text: &'static str,
    /// Seconds until it is of use to try again, where that is known.
    pub(crate) retry_after: Option<u32>,
}

impl Problem {
    const fn business(code: u16, text: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, text, retry_after: None }
    }

    const fn plain(status: StatusCode, text: &'static str) -> Self {
        Self { status, code: status.as_u16(), text, retry_after: None }
    }

    /// The address of the caller has used up its share for so many seconds.
    pub(crate) fn too_many(wait: u32) -> Self {
        let text = "Too many requests.";
        Self { retry_after: Some(wait), ..Self::plain(StatusCode::TOO_MANY_REQUESTS, text) }
    }

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
    pub(crate) const TIMED_OUT: Self = Self {
        status: StatusCode::GATEWAY_TIMEOUT,
        ..Self::business(124, "The request timed out.")
    };
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
    pub(crate) const UNAVAILABLE: Self =
        Self::plain(StatusCode::SERVICE_UNAVAILABLE, "The service is not available now.");
}
