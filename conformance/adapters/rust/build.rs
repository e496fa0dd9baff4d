//! Hands the client's version, out of the manifest, and the compiler's to the adapter's hello.
use std::{env, fs, process::Command};

fn main() {
    let manifest = fs::read_to_string("Cargo.toml").expect("the manifest");
    let version =
        manifest.split("memcache = { version = \"=").nth(1).expect("the client's version");
    let version = version.split('"').next().unwrap_or_default();
    let rustc = Command::new(env::var("RUSTC").expect("cargo's RUSTC")).arg("--version").output();
    let rustc = String::from_utf8(rustc.expect("rustc").stdout).expect("text");
    let runtime = rustc.split(' ').nth(1).unwrap_or_default();
    println!("cargo:rustc-env=CLIENT_VERSION={version}");
    println!("cargo:rustc-env=CLIENT_RUNTIME=Rust-{runtime}");
}
