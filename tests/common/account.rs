//! The whole account as a test drives it: signing in by a platform, linking, saving.

use super::api::{
    self, AuthDataOptions, Error, FetchOptions, SaveOptions, TapTapLoginOptions, api,
};
use super::client::{Client, User, accepted, submit};
use super::taptap::Login;

impl Client {
    pub fn try_login_with_auth_data(
        &self,
        platform: &str,
        json: &str,
        options: Option<&AuthDataOptions>,
    ) -> Result<u64, Error> {
        submit(|api, out, error| {
            api.tdsauth_login_with_auth_data(
                self.0,
                platform.as_ptr().cast(),
                platform.len(),
                json.as_ptr().cast(),
                json.len(),
                options.map_or(std::ptr::null(), std::ptr::from_ref),
                7,
                out,
                error,
            )
        })
    }

    pub fn try_associate(
        &self,
        user: u64,
        platform: &str,
        json: &str,
        options: Option<&AuthDataOptions>,
    ) -> Result<u64, Error> {
        submit(|api, out, error| {
            api.tdsauth_user_associate_auth_data(
                self.0,
                user,
                platform.as_ptr().cast(),
                platform.len(),
                json.as_ptr().cast(),
                json.len(),
                options.map_or(std::ptr::null(), std::ptr::from_ref),
                7,
                out,
                error,
            )
        })
    }

    pub fn associate(&self, platform: &str, json: &str) -> u64 {
        accepted(self.try_associate(0, platform, json, None))
    }

    pub fn try_associate_taptap(&self, user: u64, login: &Login) -> Result<u64, Error> {
        let options: TapTapLoginOptions = login.options();
        submit(|api, out, error| {
            api.tdsauth_user_associate_taptap(self.0, user, &raw const options, 7, out, error)
        })
    }

    pub fn try_disassociate(&self, user: u64, platform: &str) -> Result<u64, Error> {
        let none = std::ptr::null();
        submit(|api, out, error| {
            let (text, len) = (platform.as_ptr().cast(), platform.len());
            api.tdsauth_user_disassociate_auth_data(self.0, user, text, len, none, 7, out, error)
        })
    }

    pub fn delete_user(&self, user: u64) -> u64 {
        accepted(submit(|api, out, error| {
            api.tdsauth_user_delete(self.0, user, std::ptr::null(), 7, out, error)
        }))
    }

    pub fn try_save(&self, object: u64, options: Option<&SaveOptions>) -> Result<u64, Error> {
        let options = options.map_or(std::ptr::null(), std::ptr::from_ref);
        submit(|api, out, error| api.tdsauth_object_save(self.0, object, options, 7, out, error))
    }

    pub fn try_fetch(&self, object: u64, options: Option<&FetchOptions>) -> Result<u64, Error> {
        let options = options.map_or(std::ptr::null(), std::ptr::from_ref);
        submit(|api, out, error| api.tdsauth_object_fetch(self.0, object, options, 7, out, error))
    }

    pub fn without_data(&self, class: &str, id: &str) -> Result<User, Error> {
        let mut object = 0;
        submit(|api, _, error| {
            let (class, class_len) = (class.as_ptr().cast(), class.len());
            let (id, id_len) = (id.as_ptr().cast(), id.len());
            api.tdsauth_object_create_without_data(
                self.0,
                class,
                class_len,
                id,
                id_len,
                &raw mut object,
                error,
            )
        })?;
        Ok(User(object))
    }
}

impl User {
    pub fn set_str(&self, key: &str, value: &str) -> i32 {
        let (text, len) = (value.as_ptr().cast(), value.len());
        api().tdsauth_object_set_str(self.0, key.as_ptr().cast(), key.len(), text, len)
    }

    pub fn unset(&self, key: &str) -> i32 {
        api().tdsauth_object_unset(self.0, key.as_ptr().cast(), key.len())
    }

    /// Of one key, or of any.
    pub fn is_dirty(&self, key: Option<&str>) -> bool {
        let (text, len) = key.map_or((std::ptr::null(), 0), |k| (k.as_ptr().cast(), k.len()));
        let mut dirty = 7;
        let status = api().tdsauth_object_is_dirty(self.0, text, len, &raw mut dirty);
        assert_eq!(status, api::OK);
        dirty == 1
    }

    /// The platforms it can log in by.
    pub fn platforms(&self) -> Vec<String> {
        let all = self.json(Some("authData")).expect("authData");
        all.as_object().expect("a map").keys().cloned().collect()
    }
}

/// What TapTap says of the player who is logged in there, as it goes to the account server.
pub fn taptap_auth_data(client: &Client) -> String {
    let token = |field| client.taptap_token(field).expect("a token");
    let profile = |field| client.taptap_profile(field).unwrap_or_default();
    serde_json::json!({
        "kid": token(api::TOKEN_KID), "access_token": token(api::TOKEN_KID),
        "token_type": "mac", "mac_key": token(api::TOKEN_MAC_KEY),
        "mac_algorithm": "hmac-sha-1", "openid": profile(api::PROFILE_OPENID),
        "name": profile(api::PROFILE_NAME), "avatar": profile(api::PROFILE_AVATAR),
        "unionid": profile(api::PROFILE_UNIONID),
    })
    .to_string()
}
