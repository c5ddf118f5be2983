//! Statuses: every number of the header has its name, in its range.

use std::ffi::CStr;

use crate::common::api::api;

fn name(status: i32) -> String {
    let text = api().tdsauth_status_name(status);
    assert!(!text.is_null());
    // SAFETY: static and NUL-terminated, by the header's word.
    unsafe { CStr::from_ptr(text) }.to_str().expect("UTF-8").to_owned()
}

/// The statuses as the header defines them.
fn defined() -> Vec<(String, i32)> {
    let header = include_str!("../../include/tdsauth.h");
    let section = header.split("#define TDSAUTH_FLAG_RETRYABLE").next().expect("the statuses");
    let lines = section.lines().filter_map(|line| line.strip_prefix("#define "));
    let pairs = lines.filter_map(|line| line.split_once(' '));
    pairs
        .filter_map(|(name, value)| {
            Some((name.to_owned(), value.trim_matches(['(', ')']).parse().ok()?))
        })
        .collect()
}

#[test]
fn every_status_of_the_header_has_its_name() {
    let defined = defined();
    assert!(defined.len() > 40, "{defined:?}");
    for (expected, status) in &defined {
        assert_eq!(&name(*status), expected);
    }
}

#[test]
fn every_other_number_is_unknown() {
    let known: Vec<i32> = defined().into_iter().map(|(_, status)| status).collect();
    for status in (-1000..1000).chain([i32::MIN, i32::MAX]).filter(|n| !known.contains(n)) {
        assert_eq!(name(status), "TDSAUTH_UNKNOWN");
    }
}

#[test]
fn the_range_of_a_status_says_where_the_cause_lies() {
    for (name, status) in defined() {
        assert_eq!(name.starts_with("TDSAUTH_ERR_"), status < 0, "{name}");
        let storage = (-299..=-200).contains(&status);
        assert_eq!(name.starts_with("TDSAUTH_ERR_STORAGE"), storage, "{name}");
        let taptap = (-499..=-400).contains(&status);
        assert_eq!(name.starts_with("TDSAUTH_ERR_TAPTAP_"), taptap, "{name}");
        assert!(status > -500, "{name}");
    }
}
