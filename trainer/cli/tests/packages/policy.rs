//! The rules of `.cargo/deny.toml`, as far as they need no network.

use std::fs;

use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::workspace::{self, Locked};

#[derive(Deserialize)]
pub struct Policy {
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    skip: Vec<Skip>,
}

#[derive(Deserialize)]
struct Skip {
    #[serde(rename = "crate")]
    name: String,
    /// There must be one.
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Deserialize)]
struct Sources {
    #[serde(rename = "allow-registry")]
    registries: Vec<String>,
}

impl Policy {
    pub fn read() -> Self {
        let path = workspace::root().join(".cargo/deny.toml");
        let text = fs::read_to_string(path).expect("it is committed");
        toml::from_str(&text).expect("rules")
    }

    pub fn allows_source(&self, package: &Locked) -> bool {
        let source = package.source.as_deref().unwrap_or_default();
        let registry = source.strip_prefix("registry+");
        registry.is_some_and(|registry| self.sources.registries.iter().any(|of| of == registry))
    }

    /// Whether a package, by name and version, may come beside another version.
    pub fn skips(&self, package: &str) -> bool {
        self.skipped().any(|of| of == package)
    }

    pub fn skipped(&self) -> impl Iterator<Item = &str> {
        self.bans.skip.iter().map(|skip| skip.name.as_str())
    }

    pub fn allows_licence(&self, package: &str, licence: Option<&str>) -> Result<(), String> {
        let text = licence.ok_or("no licence is stated")?;
        // A slash between licences is the old way to write OR.
        let parsed = Expression::parse_mode(text, ParseMode::LAX);
        let expression = parsed.map_err(|error| format!("{text}: {}", error.reason))?;
        let exceptions = self.licenses.exceptions.iter();
        let own = exceptions.filter(|exception| exception.name == package);
        let allowed: Vec<&String> = own
            .flat_map(|own| &own.allow)
            .chain(&self.licenses.allow)
            .collect();
        let is_allowed = |licence: &spdx::LicenseReq| allowed.contains(&&licence.to_string());
        match expression.evaluate(is_allowed) {
            true => Ok(()),
            false => Err(format!("{text} is not allowed")),
        }
    }
}
