//! Structs that cross the border, by the rules of `struct_size`, and single values that go out.
//!
//! Nothing is borrowed and nothing needs to be aligned: bytes are copied in and out.

use std::mem::{MaybeUninit, size_of};

use tdsauth_core::error::{Error, Result, status};

/// No struct of any version is larger; a larger size is garbage.
const LARGEST: usize = 4096;

/// A struct of the header.
///
/// # Safety
/// `repr(C)`, without padding, made of integers, raw pointers and arrays of them (so that all-zero
/// bytes are a value and every byte is initialised), with `struct_size: u32` first.
pub(crate) unsafe trait Struct: Copy {
    /// Its size in version 1. Once a field is appended: the offset of that field.
    const V1: usize = size_of::<Self>();

    /// Whether all reserved fields are zero, as they must be on the way in.
    fn reserved_is_zero(&self) -> bool;
}

/// Asserts what can be asserted of a [`Struct`]: sizes are multiples of 8 on every target.
macro_rules! assert_layout {
    ($name:ty, $size64:expr) => {
        const _: () = {
            assert!(size_of::<$name>() % 8 == 0);
            assert!(size_of::<usize>() != 8 || size_of::<$name>() == $size64);
        };
    };
}
pub(crate) use assert_layout;

/// Reads a struct; `None` when `source` is NULL. A missing tail is zero.
///
/// # Errors
/// `INVALID_ARGUMENT`: the size is out of range. `UNSUPPORTED_FIELD`: a reserved field or an unknown
/// tail is not zero.
///
/// # Safety
/// `source` is NULL or readable for the size it claims in its first four bytes.
pub(crate) unsafe fn struct_in<T: Struct>(source: *const T) -> Result<Option<T>> {
    if source.is_null() {
        return Ok(None);
    }
    let mut value = MaybeUninit::<T>::zeroed();
    let target = value.as_mut_ptr().cast::<u8>();
    // SAFETY: `source` is not NULL, so readable by this function's promise; `target` is writable for
    // a whole `T`.
    unsafe { copy_in(source.cast(), T::V1, target, size_of::<T>()) }?;
    // SAFETY: zeroed bytes and the caller's are a value of `T` by the promise of `Struct`.
    let value = unsafe { value.assume_init() };
    if value.reserved_is_zero() { Ok(Some(value)) } else { Err(unsupported()) }
}

/// What [`struct_in`] does for every type: the struct at `source`, of which `size` bytes are known
/// and `least` must be there, is copied to `target`.
///
/// # Safety
/// `source` is readable for the size it claims in its first four bytes; `target` is
/// writable for `size` bytes, and elsewhere.
unsafe fn copy_in(source: *const u8, least: usize, target: *mut u8, size: usize) -> Result<()> {
    // SAFETY: by this function's promise.
    let claimed = unsafe { claimed_size(source, least) }?;
    for offset in size..claimed {
        // SAFETY: inside the size that the struct claims.
        if unsafe { source.add(offset).read() } != 0 {
            return Err(unsupported());
        }
    }
    // SAFETY: `claimed` bytes are readable, `size` writable, and we copy the smaller number.
    unsafe { target.copy_from(source, claimed.min(size)) };
    Ok(())
}

/// Like [`struct_in`], without a copy where none is needed; `spare` holds one where it is.
///
/// # Safety
/// As [`struct_in`], and the struct stays as it is until the export returns.
#[inline(always)]
pub(crate) unsafe fn struct_ref<T: Struct>(
    source: *const T,
    spare: &mut Option<T>,
) -> Result<Option<&T>> {
    if !source.is_null() && source.is_aligned() {
        // SAFETY: not NULL, so its first four bytes are readable by this function's promise.
        let claimed = unsafe { source.cast::<u32>().read() };
        if usize::try_from(claimed) == Ok(size_of::<T>()) {
            // SAFETY: aligned, and readable as a whole; its bytes are a value of `T` by the promise
            // of `Struct`.
            let value = unsafe { &*source };
            return if value.reserved_is_zero() { Ok(Some(value)) } else { Err(unsupported()) };
        }
    }
    // SAFETY: the same promise as this function's.
    *spare = unsafe { struct_in(source) }?;
    Ok(spare.as_ref())
}

fn unsupported() -> Error {
    Error::new(status::UNSUPPORTED_FIELD, "a field that this version does not know is not zero")
}

/// The size that a struct claims to have, at least `least`.
///
/// # Safety
/// `source` is readable for four bytes.
unsafe fn claimed_size(source: *const u8, least: usize) -> Result<usize> {
    // SAFETY: by this function's promise; the caller's struct may be misaligned.
    let claimed = unsafe { source.cast::<u32>().read_unaligned() };
    usize::try_from(claimed)
        .ok()
        .filter(|size| (least..=LARGEST).contains(size))
        .ok_or_else(|| Error::argument("struct_size is out of range"))
}

/// A struct of the caller's that is written.
pub(crate) struct StructOut<T: Struct> {
    target: *mut T,
    claimed: usize,
}

impl<T: Struct> StructOut<T> {
    /// Checks the size and zeroes what will be written.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`: NULL, or the size is out of range; then nothing is written.
    ///
    /// # Safety
    /// `target` is NULL or writable for the size it claims, until the export returns.
    pub(crate) unsafe fn open(target: *mut T) -> Result<Self> {
        if target.is_null() {
            return Err(Error::argument("a struct is NULL"));
        }
        // SAFETY: not NULL, so readable by this function's promise.
        let claimed = unsafe { claimed_size(target.cast(), T::V1) }?;
        let out = Self { target, claimed };
        let zero = MaybeUninit::<T>::zeroed();
        // SAFETY: zero is a value of `T` by the promise of `Struct`.
        out.write(unsafe { zero.assume_init_ref() });
        Ok(out)
    }

    /// Writes what both sides know; the caller's `struct_size` stays.
    pub(crate) fn write(&self, value: &T) {
        let first = size_of::<u32>();
        let end = self.claimed.min(size_of::<T>());
        let source = std::ptr::from_ref(value).cast::<u8>();
        // SAFETY: `first` ≤ V1 ≤ `end`; both sides have `end` bytes, by `open`'s promise and by the
        // type; `value` is ours, so the two do not overlap; `Struct` has no uninitialised bytes.
        unsafe {
            let target = self.target.cast::<u8>();
            target.add(first).copy_from_nonoverlapping(source.add(first), end - first);
        }
    }
}

/// A single value of the caller's that is written.
pub(crate) struct Slot<T: Copy>(*mut T);

impl<T: Copy> Slot<T> {
    /// Writes it.
    pub(crate) fn set(&self, value: T) {
        // SAFETY: not NULL and writable, promised where the slot was made; may be misaligned.
        unsafe { self.0.write_unaligned(value) };
    }
}

/// The slot at `target`, zero from the start.
///
/// # Errors
/// `INVALID_ARGUMENT`: NULL.
///
/// # Safety
/// `target` is NULL or writable until the export returns.
pub(crate) unsafe fn slot<T: Copy + Default>(target: *mut T) -> Result<Slot<T>> {
    // SAFETY: the same promise as this function's.
    unsafe { slot_or_none(target) }.ok_or_else(|| Error::argument("an output is NULL"))
}

/// Like [`slot`], for an output that the caller may leave out.
///
/// # Safety
/// As [`slot`].
pub(crate) unsafe fn slot_or_none<T: Copy + Default>(target: *mut T) -> Option<Slot<T>> {
    if target.is_null() {
        return None;
    }
    let slot = Slot(target);
    slot.set(T::default());
    Some(slot)
}
