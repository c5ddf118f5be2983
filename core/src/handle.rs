//! Handles: 64-bit table keys, never addresses. A stale, doubly freed, foreign or invented handle
//! finds nothing; it can never reach memory.
//!
//! Layout: kind in the top 8 bits, generation in the next 32, slot index in the low 24. A freed
//! slot goes to the end of the queue, so that an old handle stays recognisable for as long as
//! possible.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

/// What a handle stands for: its top 8 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A client.
    Client = 1,
    /// A request.
    Request = 2,
    /// An object, a user among them.
    Object = 3,
    /// A query.
    Query = 4,
}

const INDEX_BITS: u32 = 24;
const INDEX_MASK: u64 = (1 << INDEX_BITS) - 1;

struct Slot<T: ?Sized> {
    generation: u32,
    value: Option<Arc<T>>,
}

struct Slots<T: ?Sized> {
    slots: Vec<Slot<T>>,
    free: VecDeque<u32>,
}

/// All living things of one kind.
pub struct Table<T: ?Sized> {
    kind: Kind,
    slots: RwLock<Slots<T>>,
}

impl<T: ?Sized> Table<T> {
    /// An empty table, usable in a `static`.
    pub const fn new(kind: Kind) -> Self {
        let slots = Slots { slots: Vec::new(), free: VecDeque::new() };
        Self { kind, slots: RwLock::new(slots) }
    }

    /// Puts a thing in and gives its handle. `None` when 2^24 of them live already.
    pub fn insert(&self, value: Arc<T>) -> Option<u64> {
        let mut table = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let index = match table.free.pop_front() {
            Some(index) => index,
            None => {
                let index = u32::try_from(table.slots.len()).ok()?;
                if u64::from(index) > INDEX_MASK {
                    return None;
                }
                table.slots.push(Slot { generation: 1, value: None });
                index
            }
        };
        let slot = table.slots.get_mut(index as usize)?;
        slot.value = Some(value);
        Some(self.key(slot.generation, index))
    }

    /// The thing behind a handle, or `None` for any handle that is not alive in this table.
    pub fn get(&self, handle: u64) -> Option<Arc<T>> {
        let (generation, index) = self.split(handle)?;
        let table = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let slot = table.slots.get(index)?;
        if slot.generation == generation { slot.value.clone() } else { None }
    }

    /// Takes the thing out; its handle is dead from now on.
    pub fn remove(&self, handle: u64) -> Option<Arc<T>> {
        let (generation, index) = self.split(handle)?;
        let mut table = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let slot = table.slots.get_mut(index)?;
        if slot.generation != generation {
            return None;
        }
        let value = slot.value.take()?;
        slot.generation = slot.generation.checked_add(1).unwrap_or(1);
        table.free.push_back(index as u32);
        Some(value)
    }

    /// How many live things satisfy `which`.
    pub fn count(&self, which: impl Fn(&T) -> bool) -> usize {
        let table = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        table.slots.iter().filter_map(|slot| slot.value.as_deref()).filter(|v| which(v)).count()
    }

    fn key(&self, generation: u32, index: u32) -> u64 {
        (self.kind as u64) << 56 | u64::from(generation) << INDEX_BITS | u64::from(index)
    }

    fn split(&self, handle: u64) -> Option<(u32, usize)> {
        if handle >> 56 != self.kind as u64 {
            return None;
        }
        let generation = (handle >> INDEX_BITS) as u32;
        Some((generation, (handle & INDEX_MASK) as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_handle_finds_nothing_even_when_its_slot_lives_again() {
        let table = Table::new(Kind::Object);
        let first = table.insert(Arc::new("a")).unwrap();
        assert_eq!(table.get(first).as_deref(), Some(&"a"));
        assert!(table.remove(first).is_some());
        assert!(table.get(first).is_none());
        assert!(table.remove(first).is_none(), "freed twice");
        let second = table.insert(Arc::new("b")).unwrap();
        assert_ne!(first, second);
        assert!(table.get(first).is_none());
        assert_eq!(table.get(second).as_deref(), Some(&"b"));
        assert_eq!(table.count(|_| true), 1);
    }

    #[test]
    fn slots_are_reused_first_in_first_out() {
        let table = Table::new(Kind::Request);
        let handles: Vec<u64> = (0..3).map(|n| table.insert(Arc::new(n)).unwrap()).collect();
        for handle in &handles {
            table.remove(*handle);
        }
        let again = table.insert(Arc::new(9)).unwrap();
        assert_eq!(again & INDEX_MASK, handles[0] & INDEX_MASK);
    }

    #[test]
    fn a_handle_of_another_kind_or_an_invented_one_finds_nothing() {
        let requests = Table::new(Kind::Request);
        let objects = Table::new(Kind::Object);
        let request = requests.insert(Arc::new(1)).unwrap();
        objects.insert(Arc::new(2)).unwrap();
        assert!(objects.get(request).is_none());
        for invented in [0, 1, u64::MAX, request ^ (1 << INDEX_BITS), request + 1] {
            assert!(requests.get(invented).is_none(), "{invented:x}");
        }
    }
}
