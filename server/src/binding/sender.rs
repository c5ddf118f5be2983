//! Who brings a verification code to a player: the studio's own service, or, on a development
//! server, the front page.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde_json::json;
use tdsauth_core::secret::Secret;

use super::Contact;
use crate::verify::Studio;

/// Codes that the front page remembers.
const SHOWN: usize = 20;

/// The way to players.
pub(crate) enum Sender {
    Studio(Studio),
    Page(std::sync::Arc<Messages>),
}

/// How a sending ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    Done,
    /// The service said no: the player has nothing, and may ask again at once.
    Refused,
    /// Nobody knows whether the player gets it.
    Unclear,
}

/// What would have been sent.
#[derive(Debug, Default)]
pub(crate) struct Messages(Mutex<VecDeque<(String, Secret)>>);

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Studio(_) => "Studio(…)",
            Self::Page(_) => "Page(…)",
        })
    }
}

impl Sender {
    /// Brings `code` to the player whose object id is `account`.
    pub(crate) async fn send(&self, to: &Contact, account: &str, code: &Secret) -> Sending {
        let studio = match self {
            Self::Studio(studio) => studio,
            Self::Page(messages) => {
                messages.add(to.value.clone(), code.clone());
                return Sending::Done;
            }
        };
        let name = to.channel.parameter();
        let body = json!({ name: to.value, "account": account, "code": code.expose() });
        match studio.post(&body).await.map(|response| response.status) {
            Ok(200..=299) => Sending::Done,
            Ok(status) if (400..500).contains(&status) => {
                tracing::warn!(status, "the sender of verification codes refuses");
                Sending::Refused
            }
            Ok(status) => {
                tracing::warn!(status, "the sender of verification codes fails");
                Sending::Unclear
            }
            Err(_) => Sending::Unclear,
        }
    }
}

impl Messages {
    fn add(&self, to: String, code: Secret) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_front((to, code));
        all.truncate(SHOWN);
    }

    /// To whom which code went, newest first.
    pub(crate) fn newest_first(&self) -> Vec<(String, Secret)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
