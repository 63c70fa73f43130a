//! What a function can reach in a linked file, read from the relocations that the linker left in
//! it: each call and each address that a function's bytes name is an edge.

use std::collections::{BTreeMap, BTreeSet};

use object::{
    Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionFlags, SymbolKind, elf,
};

/// Functions and data of a file by address, and what each refers to.
pub struct Calls {
    names: BTreeMap<u64, (String, u64)>,
    edges: BTreeMap<u64, BTreeSet<u64>>,
}

/// Thumb code addresses have their lowest bit set.
fn even(address: u64) -> u64 {
    address & !1
}

/// The section takes memory on the board.
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
        // Debugging sections have relocations too, at offsets that only look like addresses.
        let loaded = |section: &object::Section| is_loaded(section.flags());
        for section in file.sections().filter(loaded) {
            for (at, relocation) in section.relocations() {
                let RelocationTarget::Symbol(index) = relocation.target() else {
                    continue;
                };
                let symbol = file.symbol_by_index(index).expect("a symbol");
                // A reference into a section without a name of its own: the linked word says where.
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

    /// The symbol whose bytes `address` lies in.
    fn owner(&self, address: u64) -> Option<u64> {
        let (&start, (_, size)) = self.names.range(..=address).next_back()?;
        (address < start + size).then_some(start)
    }

    /// Names of all that can be reached from the functions whose names contain `root`.
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
