//! How often one address may log in and make accounts: token buckets, in this process's memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::address::{self, Client};
use super::auth::{self, Caller};
use crate::args::Args;
use crate::problem::Problem;

const LOGINS: Limit = Limit::Rate(Rate { count: NonZeroU32::new(120).unwrap(), per: MINUTE });
const SIGN_UPS: Limit = Limit::Rate(Rate { count: NonZeroU32::new(60).unwrap(), per: HOUR });

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Addresses that are remembered; of more, those that were not seen for longest are forgotten.
const MOST_ADDRESSES: usize = 100_000;

/// So many in a time: at once, if none were before, and afterwards as the time goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    count: NonZeroU32,
    per: Duration,
}

/// `120/m`, `5/s`, `60/h` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Off,
    Rate(Rate),
}

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let rate = || {
            let (count, per) = text.split_once('/')?;
            let per = match per {
                "s" => Duration::from_secs(1),
                "m" => MINUTE,
                "h" => HOUR,
                _ => return None,
            };
            Some(Rate { count: count.parse().ok()?, per })
        };
        rate().map(Self::Rate).ok_or("a number and /s, /m or /h, such as 120/m, or off is expected")
    }
}

/// What each address has left of one limit.
#[derive(Debug)]
struct Buckets {
    rate: Rate,
    start: Instant,
    most: usize,
    full: Mutex<Full>,
}

/// When, since the start, the bucket of an address is full again. Two ages of addresses: when the
/// younger is full, the older, which nobody asked for since, is forgotten.
#[derive(Debug, Default)]
struct Full {
    young: HashMap<IpAddr, Duration>,
    old: HashMap<IpAddr, Duration>,
}

impl Buckets {
    fn new(rate: Rate, most: usize) -> Self {
        Self { rate, start: Instant::now(), most, full: Mutex::default() }
    }

    fn full(&self) -> MutexGuard<'_, Full> {
        self.full.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one, or says how long it is until there is one.
    fn take(&self, address: IpAddr, now: Duration) -> Result<(), Duration> {
        let mut full = self.full();
        let at = full.young.get(&address).or_else(|| full.old.get(&address)).copied();
        let next = at.unwrap_or_default().max(now) + self.one();
        let over = next.saturating_sub(now).saturating_sub(self.rate.per);
        if !over.is_zero() {
            return Err(over);
        }
        full.old.remove(&address);
        full.young.insert(address, next);
        if full.young.len() >= self.most.div_ceil(2) {
            full.old = std::mem::take(&mut full.young);
        }
        Ok(())
    }

    fn give_back(&self, address: IpAddr) {
        let mut full = self.full();
        let Full { young, old } = &mut *full;
        if let Some(at) = young.get_mut(&address).or_else(|| old.get_mut(&address)) {
            *at = at.saturating_sub(self.one());
        }
    }

    /// The time in which one comes back.
    fn one(&self) -> Duration {
        self.rate.per / self.rate.count.get()
    }
}

/// The limits of this process.
#[derive(Debug)]
pub(super) struct Limits {
    logins: Bound,
    sign_ups: Bound,
    /// Whether the operator was told of a proxy that has no name.
    told: AtomicBool,
}

/// One limit and whom it is for.
#[derive(Debug)]
struct Bound {
    buckets: Option<Arc<Buckets>>,
    /// A limit that nobody asked for spares this machine: a proxy that was not named would
    /// otherwise use up everybody's share at once.
    spares_local: bool,
}

impl Bound {
    fn new(asked: Option<Limit>, usual: Limit, dev: bool) -> Self {
        let limit = asked.unwrap_or(if dev { Limit::Off } else { usual });
        let buckets = match limit {
            Limit::Off => None,
            Limit::Rate(rate) => Some(Arc::new(Buckets::new(rate, MOST_ADDRESSES))),
        };
        Self { buckets, spares_local: asked.is_none() }
    }

    fn take(&self, client: Client) -> Result<Taken, Problem> {
        let free = Taken { from: None };
        let Some(buckets) = self.buckets.as_ref() else { return Ok(free) };
        if self.spares_local && client.is_local {
            return Ok(free);
        }
        let taken = buckets.take(client.address, buckets.start.elapsed());
        taken.map_err(|wait| Problem::too_many(seconds(wait)))?;
        Ok(Taken { from: Some((Arc::clone(buckets), client.address)) })
    }
}

/// Whole seconds, so that whoever waits for them does not come too early.
fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

/// A part of a limit that is used up, unless it is given back.
#[must_use]
#[derive(Debug)]
pub(super) struct Taken {
    from: Option<(Arc<Buckets>, IpAddr)>,
}

impl Taken {
    /// It came to nothing that counts.
    pub(super) fn give_back(self) {
        if let Some((buckets, address)) = self.from {
            buckets.give_back(address);
        }
    }
}

impl Limits {
    pub(super) fn of(args: &Args) -> Self {
        let (asked, dev) = (&args.internet, args.dev());
        Self {
            logins: Bound::new(asked.limit_logins, LOGINS, dev),
            sign_ups: Bound::new(asked.limit_signups, SIGN_UPS, dev),
            told: AtomicBool::new(false),
        }
    }

    /// One account may be made. To be taken before it is: whoever goes away before the answer has
    /// it all the same.
    pub(super) fn sign_up(&self, client: Client) -> Result<Taken, Problem> {
        self.sign_ups.take(client)
    }

    /// A credential is tried or made, which costs as much as a login.
    pub(super) fn login(&self, client: Client) -> Result<(), Problem> {
        self.logins.take(client).map(drop)
    }

    /// Says once that a proxy on this machine was forgotten: without its name nobody is limited.
    pub(super) fn look_for_proxy(&self, client: Client, headers: &HeaderMap) {
        let forgotten = client.is_local && headers.contains_key(address::FORWARDED);
        if forgotten && !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a proxy on this machine sends X-Forwarded-For and is not believed: name it by \
                 --trusted-proxy, or its players have no limits of their own"
            );
        }
    }
}

/// Around every request that tries a credential. Who shows no key is refused anyway, and the
/// operator may do as much as it likes.
pub(super) async fn attempt(
    State(app): State<Arc<App>>,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    app.limits.look_for_proxy(client, request.headers());
    if auth::caller_of(request.headers(), &app) == Some(Caller::Client) {
        // A try counts whatever comes of it.
        if let Err(problem) = app.limits.login(client) {
            return problem.into_response();
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn buckets(text: &str, most: usize) -> Buckets {
        let Limit::Rate(rate) = text.parse().unwrap() else { panic!("{text} is no rate") };
        Buckets::new(rate, most)
    }

    fn address(n: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(n).into()
    }

    #[test]
    fn a_bucket_is_full_at_first_and_fills_as_time_goes_by() {
        let buckets = buckets("3/m", 10);
        let one = address(1);
        let take = |at: u32| buckets.take(one, SECOND * at);
        assert_eq!([take(0), take(0), take(0)], [Ok(()); 3]);
        assert_eq!(take(0), Err(SECOND * 20));
        assert_eq!(take(15), Err(SECOND * 5));
        assert_eq!([take(20), take(20)], [Ok(()), Err(SECOND * 20)]);
        assert_eq!(buckets.take(address(2), SECOND * 20), Ok(()), "others have their own");
        buckets.give_back(one);
        assert_eq!([take(20), take(20)], [Ok(()), Err(SECOND * 20)]);
        let later = [take(1000), take(1000), take(1000), take(1000)];
        assert_eq!(later, [Ok(()), Ok(()), Ok(()), Err(SECOND * 20)], "no fuller than full");
    }

    #[test]
    fn no_more_addresses_are_remembered_than_fit_and_the_oldest_go() {
        let buckets = buckets("1/h", 100);
        for n in 0..10_000 {
            assert_eq!(buckets.take(address(n), SECOND), Ok(()));
            let full = buckets.full();
            assert!(full.young.len() + full.old.len() <= 100);
        }
        assert!(buckets.take(address(9_999), SECOND).is_err(), "the newest is known");
        assert!(buckets.take(address(9_951), SECOND).is_err(), "so is half of what fits");
        assert_eq!(buckets.take(address(0), SECOND), Ok(()), "the oldest is not");
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds_that_suffice() {
        let waits = [1, 1000, 1001].map(|ms| seconds(Duration::from_millis(ms)));
        assert_eq!(waits, [1, 1, 2]);
        assert_eq!(seconds(Duration::MAX), u32::MAX);
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        assert_eq!("off".parse(), Ok(Limit::Off));
        for wrong in ["", "5", "0/s", "-1/s", "5/d", "5/ m", "5/m/m", "4294967296/s", "on"] {
            assert!(wrong.parse::<Limit>().is_err(), "{wrong}");
        }
    }
}
