//! Functions that a function of a linked file can reach. The linker keeps the relocations, and each
//! relocation in a function's bytes is an edge to what it calls or takes the address of.

use std::collections::{BTreeMap, BTreeSet};

use object::{
    Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionFlags, SymbolKind, elf,
};

/// Functions and data of a file by address, and what each of them refers to.
pub struct Calls {
    names: BTreeMap<u64, (String, u64)>,
    edges: BTreeMap<u64, BTreeSet<u64>>,
}

/// Clears the lowest bit, which is set in addresses of Thumb code.
fn even(address: u64) -> u64 {
    address & !1
}

/// Returns true if the section takes memory on the board.
pub fn is_loaded(flags: SectionFlags) -> bool {
    matches!(flags, SectionFlags::Elf { sh_flags } if sh_flags & u64::from(elf::SHF_ALLOC) != 0)
}

impl Calls {
    pub fn of(elf: &[u8]) -> Self {
        let file = object::File::parse(elf).expect("an ELF file");
        let mut names = BTreeMap::new();
        for symbol in file.symbols() {
            let named = matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data);
            if named && symbol.size() > 0 {
                let name = symbol.name().expect("a name").to_owned();
                names.insert(even(symbol.address()), (name, symbol.size()));
            }
        }
        let mut calls = Self {
            names,
            edges: BTreeMap::new(),
        };
        // Debugging sections have relocations too, but at offsets, not addresses.
        let loaded = |section: &object::Section| is_loaded(section.flags());
        for section in file.sections().filter(loaded) {
            for (at, relocation) in section.relocations() {
                let RelocationTarget::Symbol(index) = relocation.target() else {
                    continue;
                };
                let symbol = file.symbol_by_index(index).expect("a symbol");
                // A relocation against a section: the linked word has the address.
                let target = if symbol.kind() == SymbolKind::Section {
                    let bytes = section
                        .data_range(at, 4)
                        .ok()
                        .flatten()
                        .expect("a linked word");
                    u32::from_le_bytes(bytes.try_into().expect("four bytes")).into()
                } else {
                    symbol.address()
                };
                if let Some(from) = calls.owner(at) {
                    calls.edges.entry(from).or_default().insert(even(target));
                }
            }
        }
        calls
    }

    /// Finds the symbol that contains `address`.
    fn owner(&self, address: u64) -> Option<u64> {
        let (&start, (_, size)) = self.names.range(..=address).next_back()?;
        (address < start + size).then_some(start)
    }

    /// Returns the names of all that the functions can reach whose name contains `root`, or is
    /// `main`.
    pub fn reachable(&self, root: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let named = |(_, (name, _)): &(&u64, &(String, u64))| {
            name == root || (root != "main" && name.contains(root))
        };
        let mut left: Vec<u64> = self.names.iter().filter(named).map(|(&at, _)| at).collect();
        assert!(!left.is_empty(), "no function is called {root}");
        while let Some(at) = left.pop() {
            if let Some(owner) = self.owner(at)
                && seen.insert(owner)
            {
                left.extend(self.edges.get(&owner).into_iter().flatten());
            }
        }
        seen.into_iter()
            .map(|at| self.names[&at].0.clone())
            .collect()
    }
}

/// Says why sampling may not call a function; `None` if it may.
pub fn forbidden(name: &str) -> Option<&'static str> {
    const ALLOCATORS: [&str; 7] = [
        "__rust_alloc",
        "__rust_realloc",
        "__rust_dealloc",
        "malloc",
        "realloc",
        "calloc",
        "5alloc",
    ];
    // Names in Arm's run-time library; GCC's contain a mode.
    const ARM: [&str; 10] = [
        "__aeabi_f",
        "__aeabi_d",
        "__aeabi_cf",
        "__aeabi_cd",
        "__aeabi_i2",
        "__aeabi_ui2",
        "__aeabi_l2",
        "__aeabi_ul2",
        "__aeabi_h2",
        "5float",
    ];
    const MODES: [&str; 5] = ["hf", "sf", "df", "xf", "tf"];
    let gcc = name.strip_prefix("__").is_some_and(|name| {
        MODES.iter().any(|mode| name.contains(mode)) && !name.starts_with("aeabi")
    });
    if name.contains("panic") {
        Some("a panic")
    } else if ALLOCATORS.iter().any(|part| name.contains(part)) {
        Some("an allocator")
    } else if gcc || ARM.iter().any(|part| name.contains(part)) {
        Some("software floating point")
    } else {
        None
    }
}

#[test]
fn forbidden_functions_are_known_by_name() {
    for (name, why) in [
        (
            "_ZN4core9panicking5panic17h0123456789abcdefE",
            Some("a panic"),
        ),
        ("__rust_alloc", Some("an allocator")),
        (
            "_ZN5alloc7raw_vec11finish_grow17h0123456789abcdefE",
            Some("an allocator"),
        ),
        ("__aeabi_fadd", Some("software floating point")),
        ("__aeabi_ui2f", Some("software floating point")),
        ("__mulsf3", Some("software floating point")),
        ("__floatsisf", Some("software floating point")),
        ("__extendsfdf2", Some("software floating point")),
        (
            "_ZN17compiler_builtins5float3mul5mul3217h0123456789abcdefE",
            Some("software floating point"),
        ),
        ("__aeabi_uidivmod", None),
        ("__aeabi_lmul", None),
        ("__aeabi_memcpy4", None),
        ("__muldi3", None),
        (
            "_ZN7flowlet6kernel8portable5euler17h0123456789abcdefE",
            None,
        ),
    ] {
        assert_eq!(forbidden(name), why, "{name}");
    }
}
