//! What an account server is told of a TapTap login.

use super::{Profile, Token};
use crate::account::Row;

/// `authData.taptap`: exactly nine text fields (`taptap-login.md` section 6); those that are not
/// known are empty. Secret.
pub fn auth_data(token: &Token, profile: &Profile) -> Row {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    // The account server verifies the openid with them.
    let kid = token.kid.expose();
    [
        ("kid", kid.to_owned()),
        ("access_token", kid.to_owned()),
        ("token_type", Token::TYPE.to_owned()),
        ("mac_key", token.mac_key.expose().to_owned()),
        ("mac_algorithm", token.mac_algorithm.name().to_owned()),
        ("openid", profile.openid.clone()),
        ("name", optional(&profile.name)),
        ("avatar", optional(&profile.avatar)),
        ("unionid", optional(&profile.unionid)),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.into()))
    .collect()
}
