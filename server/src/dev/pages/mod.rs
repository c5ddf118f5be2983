//! The pages that a person sees, in Simplified Chinese and in English. They need no script.
//!
//! Ids that tests may rely on: `#lang-zh-Hans` and `#lang-en` switch the language on every page;
//! `#app-name` holds the game's name and `#scopes` what is asked; `#device-form` and
//! `#authorize-form` hold a radio button `#player-<id>` for each player and the buttons `#allow`
//! and `#refuse`; `#code-form` holds the field `#user-code` and the button `#continue`; `#notice`
//! says how a login stands, with `data-status` as in `GET /dev/state`, or `unknown`, or the error
//! of a request that was refused. On the front page `#users`, `#sessions`, `#logins`, `#tokens` and
//! `#requests` are lists, and `#refresh` loads it anew.

pub(super) mod authorize;
mod consent;
pub(super) mod device;
pub(super) mod front;
pub(super) mod layout;
mod words;
