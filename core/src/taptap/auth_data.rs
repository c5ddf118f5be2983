//! What an account server is told of a TapTap login.

use super::{Profile, Token};
use crate::account::Row;

/// `authData.taptap`: exactly nine text fields (`taptap-login.md` section 6); those that are not
/// known are empty. Secret.
pub fn auth_data(token: &Token, profile: &Profile) -> Row {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    // The account server verifies the openid with them.
    let kid = token.kid.expose();
    let mut row = Row::new();
    // One by one: to collect them takes a sort, which is large.
    let mut put = |name: &str, text: String| row.insert(name.to_owned(), text.into());
    put("kid", kid.to_owned());
    put("access_token", kid.to_owned());
    put("token_type", Token::TYPE.to_owned());
    put("mac_key", token.mac_key.expose().to_owned());
    put("mac_algorithm", token.mac_algorithm.name().to_owned());
    put("openid", profile.openid.clone());
    put("name", optional(&profile.name));
    put("avatar", optional(&profile.avatar));
    put("unionid", optional(&profile.unionid));
    row
}
