//! Codes for a telephone or a UID, and the roles of who has one (role-binding.md 3.3).

use serde::Deserialize;
use serde_json::Value;
use tdsauth_core::secret::Secret;

use super::fault::Fault;
use super::signed::Signed;
use super::{roles, told};
use crate::binding::{Channel, Contact, Sending, Settings};
use crate::http::App;
use crate::storage::{BeginCode, Begun, CheckCode, Checked, WithdrawCode};

/// Codes that there are.
const CODES: u32 = 1_000_000;

/// The body of either request.
#[derive(Deserialize)]
struct Asked {
    phone_num: Option<String>,
    uid: Option<String>,
    code: Option<String>,
}

impl Asked {
    fn contact(&self, channel: Channel) -> Result<Contact, Fault> {
        let (text, fault) = match channel {
            Channel::Phone => (&self.phone_num, Fault::BAD_PHONE),
            Channel::Uid => (&self.uid, Fault::INVALID),
        };
        let text = text.as_ref().filter(|text| !text.is_empty()).ok_or(Fault::MISSING)?;
        Contact::read(channel, text).ok_or(fault)
    }
}

/// Sends a new code. Its place in time is taken before the sender is asked, and given back only when
/// that certainly sent nothing.
pub(super) async fn send(
    app: &App,
    settings: &Settings,
    channel: Channel,
    signed: &Signed,
) -> Result<Value, Fault> {
    let to = signed.object::<Asked>()?.contact(channel)?;
    let sender = settings.sender.as_ref().ok_or(Fault::SYSTEM)?;
    let (code, pace) = (six_digits()?, settings.pace);
    let account = roles::account_of(app, &to).await?;
    let order = BeginCode { to: to.clone(), account, code: code.clone(), pace };
    let account = match app.store.order(order).await? {
        Begun::Send(account) => account,
        Begun::NoAccount => return Err(Fault::NO_ACCOUNT),
        Begun::NotNow => return Err(Fault::TOO_OFTEN),
    };
    match sender.send(&to, &account, &code).await {
        Sending::Done => Ok(Value::Null),
        Sending::Unclear => Err(Fault::SYSTEM),
        Sending::Refused => {
            app.store.order(WithdrawCode { to }).await?;
            Err(Fault::SYSTEM)
        }
    }
}

/// The roles of the player, for the right code, once.
pub(super) async fn verify(app: &App, channel: Channel, signed: &Signed) -> Result<Value, Fault> {
    let asked: Asked = signed.object()?;
    let to = asked.contact(channel)?;
    let code = asked.code.filter(|code| !code.is_empty()).ok_or(Fault::MISSING)?;
    let account = roles::account_of(app, &to).await?;
    match app.store.order(CheckCode { to, account, code: Secret::new(code) }).await? {
        Checked::Right(account) => told(roles::of_account(app, &account).await?),
        Checked::Wrong => Err(Fault::WRONG_CODE),
        Checked::Over => Err(Fault::CODE_OVER),
        Checked::NoAccount => Err(Fault::NO_ACCOUNT),
    }
}

/// Each code equally likely.
fn six_digits() -> Result<Secret, getrandom::Error> {
    let fair = u32::MAX - u32::MAX % CODES;
    loop {
        let random = getrandom::u32()?;
        if random < fair {
            return Ok(Secret::new(format!("{:06}", random % CODES)));
        }
    }
}
