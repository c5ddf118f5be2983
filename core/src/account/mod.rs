//! The account server's REST contract (`protocol/account-rest.md`): what to ask, and what an
//! answer means. Sans-I/O: requests are built and responses read here, never sent.

pub mod acl;
pub mod auth_data;
pub mod binding;
pub mod endpoint;
pub mod object;
pub mod ops;
pub mod query;
pub mod row;
pub mod user;

pub use auth_data::{AuthData, AuthLogin, Union};
pub use endpoint::Endpoint;
pub use ops::{ListChange, Ops};
pub use query::{Asked, Query};
pub use row::Row;
