//! How many connections one address holds.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::address::{self, Proxies};
use crate::args::Args;

/// For an address, unless the options say otherwise. Players of one household or of one mobile
/// network share an address.
const USUAL: u32 = 100;

/// The connections of each address that has one.
#[derive(Debug, Clone)]
pub(crate) struct Seats {
    proxies: Proxies,
    /// 0 for no bound.
    most: u32,
    spares_local: bool,
    taken: Arc<Mutex<HashMap<IpAddr, u32>>>,
}

/// One connection; not one any more when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    address: IpAddr,
    /// Nothing for a peer that is not counted.
    taken: Option<Arc<Mutex<HashMap<IpAddr, u32>>>>,
}

impl Seats {
    pub(crate) fn of(args: &Args) -> Self {
        let asked = args.internet.connections_per_address;
        let most = asked.unwrap_or(if args.dev() { 0 } else { USUAL });
        let proxies = Proxies::new(&args.internet.trusted_proxy);
        Self { proxies, most, spares_local: asked.is_none(), taken: Arc::default() }
    }

    /// A seat for one more connection of `peer`, if it may have one.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Seat> {
        let peer = peer.to_canonical();
        let spared =
            self.most == 0 || self.proxies.trust(peer) || (self.spares_local && peer.is_loopback());
        let address = address::group(peer);
        if spared {
            return Some(Seat { address, taken: None });
        }
        let mut taken = lock(&self.taken);
        let count = taken.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Seat { address, taken: Some(Arc::clone(&self.taken)) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some(taken) = &self.taken else { return };
        if let Entry::Occupied(mut held) = lock(taken).entry(self.address) {
            match held.get() {
                0 | 1 => drop(held.remove()),
                more => *held.get_mut() = more - 1,
            }
        }
    }
}

fn lock(taken: &Mutex<HashMap<IpAddr, u32>>) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn seats(more: &[&str]) -> Seats {
        let base = ["tdsauth-server", "--data", ":memory:"];
        Seats::of(&Args::parse_from([&base[..], more].concat()))
    }

    #[test]
    fn an_address_has_so_many_seats_and_gets_them_back() {
        let seats = seats(&["--connections-per-address", "2", "--trusted-proxy", "192.0.2.9"]);
        let take = |text: &str| seats.take(text.parse().unwrap());
        let held = [take("2001:db8::1"), take("2001:db8::2")];
        assert!(held.iter().all(Option::is_some));
        assert!(take("2001:db8::3").is_none(), "one network is one caller");
        assert!(take("2001:db8:0:1::3").is_some());
        let proxied: Vec<_> = (0..5).map(|_| take("::ffff:192.0.2.9")).collect();
        assert!(proxied.iter().all(Option::is_some), "a proxy carries everybody's");
        let local: Vec<_> = (0..5).map(|_| take("127.0.0.1")).collect();
        assert_eq!(local.iter().flatten().count(), 2, "asked for, it binds this machine too");
        drop((held, proxied, local));
        assert!(take("2001:db8::3").is_some());
        assert!(lock(&seats.taken).is_empty(), "nobody is remembered without a connection");
    }

    #[test]
    fn what_nobody_asked_for_spares_this_machine_and_development() {
        let free = |seats: &Seats, peer: &str| {
            let held: Vec<_> = (0..=USUAL).map(|_| seats.take(peer.parse().unwrap())).collect();
            held.iter().all(Option::is_some)
        };
        let usual = seats(&[]);
        assert!(free(&usual, "127.0.0.1") && !free(&usual, "192.0.2.1"));
        assert!(free(&seats(&["--dev-lan"]), "192.0.2.1"));
        assert!(free(&seats(&["--connections-per-address", "0"]), "192.0.2.1"));
    }
}
