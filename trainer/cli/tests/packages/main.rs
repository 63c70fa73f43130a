//! The packages that the five workspaces are built of: where they are from, which come twice, under what licences.
//!
//! The rules are those of `.cargo/deny.toml`, for `cargo deny`, which needs a network and an installation; these tests
//! hold them without either. Advisories are its own: they are news.

mod policy;
mod workspace;

use std::collections::{BTreeMap, BTreeSet};

use policy::Policy;
use workspace::{Locked, WORKSPACES};

/// What the rules have against it must be nothing; all of it is shown.
fn expect_none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn packages_are_from_the_registry_and_whole() {
    let policy = Policy::read();
    let mut faults = Vec::new();
    for folder in WORKSPACES {
        let packages = Locked::of(folder);
        assert!(packages.len() > 10, "{folder}");
        let others = packages.iter().filter(|package| {
            // Without a source it is of this repository.
            package.source.is_some()
                && !(policy.allows_source(package) && package.checksum.is_some())
        });
        faults.extend(others.map(|package| format!("{folder}: {package:?}")));
    }
    expect_none(&faults);
}

#[test]
fn packages_that_come_twice_have_a_reason() {
    let policy = Policy::read();
    let mut faults = Vec::new();
    let mut skipped = BTreeSet::new();
    for folder in WORKSPACES {
        let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // The repository's own are told apart by their paths.
        for package in Locked::of(folder)
            .into_iter()
            .filter(|of| of.source.is_some())
        {
            versions
                .entry(package.name)
                .or_default()
                .push(package.version);
        }
        for (name, versions) in versions.into_iter().filter(|(_, all)| all.len() > 1) {
            let named = versions.iter().map(|version| format!("{name}@{version}"));
            let (known, unknown): (Vec<_>, Vec<_>) = named.partition(|one| policy.skips(one));
            skipped.extend(known);
            if unknown.len() > 1 {
                faults.push(format!("{folder}: {}", unknown.join(" and ")));
            }
        }
    }
    let idle = policy.skipped().filter(|name| !skipped.contains(*name));
    faults.extend(idle.map(|name| format!("{name} comes but once: drop its rule")));
    expect_none(&faults);
}

fn check_licences(folder: &str) {
    let (policy, mut faults) = (Policy::read(), Vec::new());
    for (name, licence) in workspace::licences(folder) {
        if let Err(why) = policy.allows_licence(&name, licence.as_deref()) {
            faults.push(format!("{folder}: {name}: {why}"));
        }
    }
    expect_none(&faults);
}

#[test]
fn licences_of_runtime_and_trainer_are_allowed() {
    check_licences(".");
}

#[test]
#[ignore = "cargo downloads the packages of the boards and of the fuzzer, where they are not there"]
fn licences_of_firmware_and_fuzzer_are_allowed() {
    for folder in &WORKSPACES[1..] {
        check_licences(folder);
    }
}

/// The rules refuse what they are for.
#[test]
fn the_rules_can_fail() {
    let policy = Policy::read();
    assert_eq!(
        policy.allows_licence("any", Some("GPL-3.0-only OR MIT")),
        Ok(())
    );
    assert_eq!(policy.allows_licence("any", Some("MIT/Apache-2.0")), Ok(()));
    for licence in [
        Some("GPL-3.0-only"),
        Some("MIT AND CC0-1.0"),
        Some("nonsense"),
        None,
    ] {
        assert!(
            policy.allows_licence("any", licence).is_err(),
            "{licence:?}"
        );
    }
    assert_eq!(
        policy.allows_licence("tiny-keccak", Some("CC0-1.0")),
        Ok(())
    );
    let package = |source: &str| Locked {
        source: Some(source.to_owned()),
        ..Locked::default()
    };
    assert!(policy.allows_source(&package(
        "registry+https://github.com/rust-lang/crates.io-index"
    )));
    assert!(!policy.allows_source(&package("git+https://github.com/rust-lang/crates.io-index")));
    assert!(!policy.allows_source(&package("registry+https://example.org/index")));
    assert!(!policy.skips("serde@1.0.0"));
}
