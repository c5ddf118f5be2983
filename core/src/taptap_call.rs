//! Who is this TapTap token? One blocking call, for game servers and the account server.

use std::thread::sleep;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::echo;
use crate::error::{Error, Result, status};
use crate::nonce::Nonce;
use crate::taptap::{Endpoint, Next, Profile, SignedCall, Token};
use crate::transport::{Deadline, Transport};

/// Fetches the profile (or, by the granted scope, the basic info) of `token` from the open API of
/// `endpoint`, with all retries of [`SignedCall`]: a wrong clock of this machine is corrected for.
/// `clock_offset`: seconds that TapTap's clock is ahead; what the call learns of it is written
/// there, for the next one. Everything is over at `deadline.at`.
///
/// # Errors
/// Those of [`crate::transport::Exchange::exchange`]; what TapTap refused, as
/// [`crate::taptap::Refusal::error`] says (`TAPTAP_SESSION_OVER` for a dead token).
pub fn fetch_profile(
    transport: &dyn Transport,
    endpoint: &Endpoint,
    token: &Token,
    clock_offset: &mut i64,
    deadline: Deadline,
) -> Result<Profile> {
    let mut exchange = transport.open();
    let mut call = SignedCall::new(token.clone(), *clock_offset);
    let mut late = Error::new(status::TIMED_OUT, "the deadline passed before TapTap was asked");
    while Instant::now() < deadline.at {
        let request = call.request(endpoint, unix_now(), Nonce::fresh()?.as_str())?;
        let mut result = exchange.exchange(&request, deadline);
        if let Ok(response) = &mut result {
            echo::blank(&request, response);
        }
        let next = call.answered(&result, unix_now());
        *clock_offset = call.offset();
        let after = match next {
            Next::Done(result) => return result,
            Next::Again(after) => after,
        };
        // What was in the way, in case that no time is left for another try.
        late = result.err().unwrap_or_else(|| {
            Error::new(status::TIMED_OUT, "the deadline passed while TapTap was ill")
        });
        if Instant::now() + after >= deadline.at {
            break;
        }
        sleep(after);
    }
    Err(late)
}

fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
