//! What a test orders: other times, and what the next calls are answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most steps that may wait.
const MOST_STEPS: usize = 1000;

/// Longest delay, in milliseconds.
const MAX_DELAY_MS: u64 = 600_000;

/// Largest answer of the fault `huge`, in bytes.
const MAX_HUGE: usize = 64 * 1024 * 1024;

/// A kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Call {
    /// A device code is asked for.
    Device,
    /// Any of the next three.
    Token,
    /// A poll.
    DeviceToken,
    /// A code is exchanged.
    AuthorizationCode,
    /// A token is refreshed.
    RefreshToken,
    Revoke,
    Profile,
    BasicInfo,
    /// The decision on the authorize page.
    Authorize,
    /// Any of the next four.
    Push,
    UploadRoleProfile,
    UploadDataBoard,
    UploadListData,
    ClearTestData,
}

impl Call {
    fn covers(self, call: Self) -> bool {
        let token =
            matches!(call, Self::DeviceToken | Self::AuthorizationCode | Self::RefreshToken);
        let push = matches!(
            call,
            Self::UploadRoleProfile
                | Self::UploadDataBoard
                | Self::UploadListData
                | Self::ClearTestData
        );
        self == call || (self == Self::Token && token) || (self == Self::Push && push)
    }
}

/// What goes wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fault {
    /// Nothing: this call is answered as it should be.
    None,
    /// The call has no effect, and the connection ends without an answer.
    Drop,
    /// The call has its effect, and the connection ends without an answer.
    Lose,
    /// The connection ends in the middle of the answer.
    Cut,
    /// 200, and what follows is not JSON.
    Garbage,
    /// 200, and JSON of many bytes.
    Huge,
    /// 200 and success, with a wrong type in each field.
    WrongType,
    /// Nothing but the delay.
    Delay,
    /// Authorize only: the game gets a `state` that is not its own.
    WrongState,
}

/// How a call is answered in place of what is right: by one of `error`, `json` and `fault`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    /// The `error` of the envelope, in any spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// HTTP status of `error` (400) or `json` (200).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    /// `error_description` and `msg`, word for word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    /// The whole body, without an envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) json: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<Fault>,
    /// Milliseconds to wait first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ms: Option<u64>,
    /// Bytes of `huge` (8 MiB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<usize>,
}

/// The next `times` calls of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    call: Call,
    #[serde(default = "once")]
    times: u32,
    answer: Answer,
}

fn once() -> u32 {
    1
}

/// What a refresh does to the token before it. What the service does is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OldToken {
    /// It ends at once.
    Dead,
    /// It stays good.
    Good,
}

/// The body of `POST /dev/script`: what it names is replaced; an empty one resets everything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    interval: Option<u64>,
    expires_in: Option<u64>,
    clock_offset_s: Option<i64>,
    mac_algorithm: Option<String>,
    old_token: Option<OldToken>,
    refused_roles: Option<Vec<String>>,
    next: Option<Vec<Step>>,
}

/// The script as it stands.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Script {
    /// Seconds between two polls, for logins that begin from now on.
    pub(super) interval: u64,
    /// Seconds that a login is good, for those that begin from now on.
    pub(super) expires_in: u64,
    /// How far the stand-in's clock is ahead of the machine's.
    pub(super) clock_offset_s: i64,
    /// Of tokens issued from now on.
    pub(super) mac_algorithm: String,
    pub(super) old_token: OldToken,
    /// No push with one of these roles in it is taken.
    pub(super) refused_roles: Vec<String>,
    next: Vec<Step>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            interval: 2,
            expires_in: 300,
            clock_offset_s: 0,
            mac_algorithm: "hmac-sha-1".into(),
            old_token: OldToken::Dead,
            refused_roles: Vec::new(),
            next: Vec::new(),
        }
    }
}

impl Order {
    fn is_empty(&self) -> bool {
        let Self {
            interval,
            expires_in,
            clock_offset_s,
            mac_algorithm,
            old_token,
            refused_roles,
            next,
        } = self;
        interval.is_none()
            && expires_in.is_none()
            && clock_offset_s.is_none()
            && mac_algorithm.is_none()
            && old_token.is_none()
            && refused_roles.is_none()
            && next.is_none()
    }

    /// Whether it can be carried out; otherwise what is wrong with it.
    fn check(&self) -> Result<(), &'static str> {
        if self.interval.is_some_and(|seconds| seconds > 3600) {
            return Err("interval: 0 to 3600 seconds");
        }
        if self.expires_in.is_some_and(|seconds| seconds > 86_400) {
            return Err("expires_in: 0 to 86400 seconds");
        }
        let next = self.next.as_deref().unwrap_or_default();
        if next.len() > MOST_STEPS {
            return Err("next: at most 1000 steps");
        }
        next.iter().try_for_each(|step| step.answer.check())
    }
}

impl Answer {
    fn check(&self) -> Result<(), &'static str> {
        let ways = [self.error.is_some(), self.json.is_some(), self.fault.is_some()];
        if ways.into_iter().filter(|there| *there).count() != 1 {
            return Err("answer: one of error, json and fault");
        }
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("status: 200 to 599");
        }
        if self.ms.is_some_and(|ms| ms > MAX_DELAY_MS) {
            return Err("ms: at most 600000");
        }
        if self.bytes.is_some_and(|bytes| bytes > MAX_HUGE) {
            return Err("bytes: at most 64 MiB");
        }
        Ok(())
    }
}

impl Script {
    /// Carries out an order, whole or not at all.
    pub(super) fn change(&mut self, order: Order) -> Result<(), &'static str> {
        order.check()?;
        if order.is_empty() {
            *self = Self::default();
            return Ok(());
        }
        let Order {
            interval,
            expires_in,
            clock_offset_s,
            mac_algorithm,
            old_token,
            refused_roles,
            next,
        } = order;
        self.interval = interval.unwrap_or(self.interval);
        self.expires_in = expires_in.unwrap_or(self.expires_in);
        self.clock_offset_s = clock_offset_s.unwrap_or(self.clock_offset_s);
        self.old_token = old_token.unwrap_or(self.old_token);
        if let Some(algorithm) = mac_algorithm {
            self.mac_algorithm = algorithm;
        }
        if let Some(roles) = refused_roles {
            self.refused_roles = roles;
        }
        if let Some(next) = next {
            self.next = next;
        }
        Ok(())
    }

    /// What was ordered for this call, which counts as one of its times.
    pub(super) fn take(&mut self, call: Call) -> Option<Answer> {
        self.next.retain(|step| step.times > 0);
        let step = self.next.iter_mut().find(|step| step.call.covers(call))?;
        step.times -= 1;
        Some(step.answer.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(text: &str) -> Order {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn steps_are_taken_in_order_by_the_calls_they_name() {
        let mut script = Script::default();
        let text = r#"{"next":[
            {"call":"token","times":2,"answer":{"error":"a"}},
            {"call":"device_token","answer":{"error":"b"}},
            {"call":"profile","answer":{"error":"c"}}]}"#;
        script.change(order(text)).unwrap();
        let mut take = |call| script.take(call).and_then(|answer| answer.error);
        assert_eq!(take(Call::Device), None);
        assert_eq!(take(Call::RefreshToken).as_deref(), Some("a"));
        assert_eq!(take(Call::DeviceToken).as_deref(), Some("a"));
        assert_eq!(take(Call::AuthorizationCode), None);
        assert_eq!(take(Call::DeviceToken).as_deref(), Some("b"));
        assert_eq!(take(Call::DeviceToken), None);
        assert_eq!(take(Call::Profile).as_deref(), Some("c"));
    }

    #[test]
    fn an_order_replaces_what_it_names_and_an_empty_one_resets() {
        let mut script = Script::default();
        script.change(order(r#"{"interval":9,"clock_offset_s":-5}"#)).unwrap();
        script.change(order(r#"{"expires_in":1}"#)).unwrap();
        assert_eq!((script.interval, script.expires_in, script.clock_offset_s), (9, 1, -5));
        script.change(order("{}")).unwrap();
        assert_eq!((script.interval, script.expires_in, script.clock_offset_s), (2, 300, 0));
    }

    #[test]
    fn an_order_that_cannot_be_carried_out_changes_nothing() {
        let mut script = Script::default();
        for text in [
            r#"{"expires_in":1,"interval":3601}"#,
            r#"{"expires_in":86401}"#,
            r#"{"expires_in":1,"next":[{"call":"device","answer":{}}]}"#,
            r#"{"expires_in":1,"next":[{"call":"device","answer":{"error":"a","fault":"drop"}}]}"#,
            r#"{"expires_in":1,"next":[{"call":"device","answer":{"error":"a","status":100}}]}"#,
            r#"{"expires_in":1,"next":[{"call":"device","answer":{"error":"a","ms":600001}}]}"#,
            r#"{"expires_in":1,"next":[{"call":"device","answer":{"fault":"huge","bytes":67108865}}]}"#,
        ] {
            assert!(script.change(order(text)).is_err(), "{text}");
        }
        assert_eq!((script.interval, script.expires_in), (2, 300));
        assert!(script.next.is_empty());
        assert!(serde_json::from_str::<Order>(r#"{"intervall":1}"#).is_err());
    }
}
