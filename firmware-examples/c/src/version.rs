//! Version of the library.

/// Major version of this header.
pub const FLOWLET_VERSION_MAJOR: u32 = 0;

/// Minor version of this header.
pub const FLOWLET_VERSION_MINOR: u32 = 1;

/// Patch version of this header.
pub const FLOWLET_VERSION_PATCH: u32 = 0;

/// Version of this header as a number: 10203 for 1.2.3.
pub const FLOWLET_VERSION: u32 =
    FLOWLET_VERSION_MAJOR * 10000 + FLOWLET_VERSION_MINOR * 100 + FLOWLET_VERSION_PATCH;

/// Whether a number is the one in a field of the package's version.
const fn same(number: u32, field: &str) -> bool {
    matches!(u32::from_str_radix(field, 10), Ok(field) if field == number)
}

// cbindgen writes constants to the header only if their values are here.
const _: () = assert!(same(FLOWLET_VERSION_MAJOR, env!("CARGO_PKG_VERSION_MAJOR")));
const _: () = assert!(same(FLOWLET_VERSION_MINOR, env!("CARGO_PKG_VERSION_MINOR")));
const _: () = assert!(same(FLOWLET_VERSION_PATCH, env!("CARGO_PKG_VERSION_PATCH")));

/// Returns the version of the linked library as a number. It equals FLOWLET_VERSION, unless the
/// header is that of another version.
#[unsafe(no_mangle)]
pub extern "C" fn flowlet_version() -> u32 {
    FLOWLET_VERSION
}
