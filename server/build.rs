//! The migrations are part of the binary: a new one has to make a new binary.

fn main() {
    println!("cargo:rerun-if-changed=src/storage/migrations");
}
