//! The account server's REST contract (`protocol/account-rest.md`): what to ask, and what an
//! answer means. Sans-I/O: requests are built and responses read here, never sent.

pub mod endpoint;
pub mod row;
pub mod user;

pub use endpoint::Endpoint;
pub use row::Row;
