//! TapTap login (`protocol/taptap-login.md`, section 10): what to ask TapTap's accounts and open
//! API, what an answer means, and the machines of a login by QR code and of a signed call.
//!
//! Sans-I/O: requests are built and answers read here, never sent. Time comes in as an argument:
//! Unix seconds for what is signed or stored, [`std::time::Instant`] for how long to wait.

pub mod answer;
pub mod auth_data;
pub mod browser;
pub mod device;
pub mod endpoint;
pub mod pending;
pub mod profile;
pub mod signed;
pub mod token;

pub use answer::{Answer, Kind, Place, Refusal};
pub use auth_data::auth_data;
pub use browser::{Attempt, Callback, Outcome};
pub use device::{DeviceCode, DeviceFlow, Polled, Step};
pub use endpoint::{Endpoint, Region};
pub use pending::Pending;
pub use profile::Profile;
pub use signed::{Next, SignedCall};
pub use token::Token;
