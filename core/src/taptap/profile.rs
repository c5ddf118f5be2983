//! A player as TapTap's open API tells of them.

use super::answer;
use crate::account::Row;
use crate::error::{Error, Result, status};

/// The longest openid and unionid, in bytes; the documentation says 50.
const MAX_ID: usize = 128;
/// The longest name and e-mail address, in bytes.
const MAX_NAME: usize = 1024;
/// The longest address of an avatar, in bytes.
const MAX_AVATAR: usize = 2048;

/// Profile or basic info, by the granted scope (`taptap-login.md` section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Who the player is to this client id.
    pub openid: String,
    /// Who the player is to all games of the developer.
    pub unionid: Option<String>,
    /// Name at TapTap; not with basic info.
    pub name: Option<String>,
    /// Address of the picture; not with basic info.
    pub avatar: Option<String>,
    /// `female`, `male`; from older services only.
    pub gender: Option<String>,
    /// Global region with the scope `email` only.
    pub email: Option<String>,
}

impl Profile {
    /// The profile in the data of an answer, or in what [`Profile::to_row`] gave. A missing or
    /// empty field is `None`; so is one that is far too long, but for the openid.
    ///
    /// # Errors
    /// `BAD_RESPONSE`: without an openid, or with one that is none.
    pub fn from_row(row: &Row) -> Result<Self> {
        let bad =
            || Error::new(status::BAD_RESPONSE, "the answer's openid is missing or malformed");
        let field = |name: &str, max: usize| {
            answer::text(row, name)
                .filter(|text| text.len() <= max && !text.contains('\0'))
                .map(str::to_owned)
        };
        let id =
            |name: &str| field(name, MAX_ID).filter(|id| id.bytes().all(|b| b.is_ascii_graphic()));
        Ok(Self {
            openid: id("openid").ok_or_else(bad)?,
            unionid: id("unionid"),
            name: field("name", MAX_NAME),
            avatar: field("avatar", MAX_AVATAR),
            gender: field("gender", MAX_NAME),
            email: field("email", MAX_NAME),
        })
    }

    /// The fields that are there, under their names on the wire.
    pub fn to_row(&self) -> Row {
        let mut row = Row::new();
        // One by one: to collect them takes a sort, which is large.
        let mut put = |name: &str, text: Option<&String>| {
            if let Some(text) = text {
                row.insert(name.to_owned(), text.as_str().into());
            }
        };
        put("openid", Some(&self.openid));
        put("unionid", self.unionid.as_ref());
        put("name", self.name.as_ref());
        put("avatar", self.avatar.as_ref());
        put("gender", self.gender.as_ref());
        put("email", self.email.as_ref());
        row
    }
}
