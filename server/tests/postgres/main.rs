//! Every suite of the server once more, on PostgreSQL, and what PostgreSQL alone can show.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
// Each suite brings its `common` along.
#![allow(clippy::duplicate_mod)]

mod on_postgres;
