//! Passwords are kept as Argon2id makes them, with the parameters that OWASP recommends.

use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tdsauth_core::secret::Secret;
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Memory of one computation in KiB (19 MiB), passes over it, and lanes.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Bytes of salt.
const SALT: usize = 16;

/// Most computations at once, however many processors there are: they need 152 MiB.
const MOST_AT_ONCE: usize = 8;

/// What the password of nobody is compared with, so that it takes as long: no password has it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA\
                      $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Makes and compares hashes, so many at once that memory has a bound.
#[derive(Debug)]
pub(crate) struct Hasher {
    places: Arc<Semaphore>,
}

/// What came of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right,
    /// Right, and kept with parameters that are not those of today.
    RightButOld,
}

impl Hasher {
    pub(crate) fn new() -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self { places: Arc::new(Semaphore::new(processors.min(MOST_AT_ONCE))) }
    }

    /// The hash of a password, with a salt of its own.
    pub(crate) async fn hash(&self, password: &Secret) -> Result<Secret, Problem> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt)?;
        let password = password.clone();
        self.compute(move || hash(&password, &salt, COST)).await?
    }

    /// Compares a password with a hash. Without one it does the same work and finds it wrong.
    pub(crate) async fn verify(
        &self,
        password: &Secret,
        kept: Option<&Secret>,
    ) -> Result<Verdict, Problem> {
        let (password, kept) = (password.clone(), kept.cloned());
        self.compute(move || verdict(&password, kept.as_ref())).await?
    }

    /// Does it on a thread that may take its time. The place is given back when it is done, also
    /// if nobody waits for it any more.
    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| Problem::UNAVAILABLE)?;
        let done = tokio::task::spawn_blocking(move || {
            tracing::debug!("hashing a password");
            let done = work();
            drop(place);
            done
        });
        done.await.map_err(|_| Problem::UNAVAILABLE)
    }
}

fn hash(password: &Secret, salt: &[u8], cost: (u32, u32, u32)) -> Result<Secret, Problem> {
    let made = argon2(cost).and_then(|argon2| {
        let hash = argon2.hash_password_with_salt(password.expose().as_bytes(), salt);
        hash.map_err(|error| error.to_string())
    });
    made.map(|hash| Secret::new(hash.to_string())).map_err(unavailable)
}

fn verdict(password: &Secret, kept: Option<&Secret>) -> Result<Verdict, Problem> {
    let text = kept.map_or(NOBODY, Secret::expose);
    let parsed = PasswordHash::new(text).map_err(unavailable)?;
    // With the parameters that the hash names.
    let found = Argon2::default().verify_password(password.expose().as_bytes(), &parsed);
    Ok(match (found.is_ok(), kept) {
        (true, Some(_)) if is_old(&parsed) => Verdict::RightButOld,
        (true, Some(_)) => Verdict::Right,
        _ => Verdict::Wrong,
    })
}

fn is_old(hash: &PasswordHash) -> bool {
    let costs = |params: Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let today = hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(hash).is_ok_and(|params| costs(params) == COST);
    !today
}

fn argon2((memory, passes, lanes): (u32, u32, u32)) -> Result<Argon2<'static>, String> {
    let params = Params::new(memory, passes, lanes, None).map_err(|error| error.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Never with anything of a password or a hash: these errors are words of the library.
fn unavailable(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "a password could not be hashed");
    Problem::UNAVAILABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    #[tokio::test]
    async fn a_password_is_right_with_its_own_hash_alone() {
        let hasher = Hasher::new();
        let kept = hasher.hash(&secret("pass wörd")).await.unwrap();
        assert!(kept.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(hasher.hash(&secret("pass wörd")).await.unwrap(), kept, "salts differ");
        for (password, verdict) in [
            ("pass wörd", Verdict::Right),
            ("pass word", Verdict::Wrong),
            ("pass wörd ", Verdict::Wrong),
            ("", Verdict::Wrong),
        ] {
            let found = hasher.verify(&secret(password), Some(&kept)).await.unwrap();
            assert_eq!(found, verdict, "{password}");
        }
    }

    #[test]
    fn a_hash_of_former_parameters_is_told_and_still_right() {
        for cost in [(8 * 1024, 2, 1), (19 * 1024, 1, 1), (19 * 1024, 2, 2)] {
            let kept = hash(&secret("p"), &[7; SALT], cost).unwrap();
            assert_eq!(verdict(&secret("p"), Some(&kept)).unwrap(), Verdict::RightButOld);
            assert_eq!(verdict(&secret("q"), Some(&kept)).unwrap(), Verdict::Wrong);
        }
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        assert!(!is_old(&PasswordHash::new(NOBODY).unwrap()));
        assert_eq!(verdict(&secret(""), None).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn a_damaged_hash_is_no_password() {
        assert_eq!(verdict(&secret("p"), Some(&secret("p"))), Err(Problem::UNAVAILABLE));
    }

    #[tokio::test]
    async fn so_many_are_computed_at_once_and_who_goes_away_gives_its_place_back() {
        let hasher = Hasher { places: Arc::new(Semaphore::new(2)) };
        let (begun, begins) = std::sync::mpsc::channel();
        let (end, ends) = std::sync::mpsc::channel::<()>();
        let ends = Arc::new(std::sync::Mutex::new(ends));
        let mut running: Vec<_> = (0..3)
            .map(|_| {
                let (begun, ends) = (begun.clone(), Arc::clone(&ends));
                Box::pin(hasher.compute(move || {
                    begun.send(()).unwrap();
                    ends.lock().unwrap().recv().unwrap();
                }))
            })
            .collect();
        for one in &mut running {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(one.as_mut().poll(&mut context).is_pending());
        }
        for _ in 0..2 {
            begins.recv().unwrap();
        }
        assert_eq!(hasher.places.available_permits(), 0);
        // The first two go away: their work goes on, and then the third has a place.
        let third = running.pop().unwrap();
        drop(running);
        assert!(begins.try_recv().is_err(), "a third was begun");
        for _ in 0..3 {
            end.send(()).unwrap();
        }
        third.await.unwrap();
        begins.recv().unwrap();
    }
}
