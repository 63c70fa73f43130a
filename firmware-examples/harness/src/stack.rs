//! How deep the stack goes: paint what lies free below, call, and see how far down it was used.

use core::ptr;

/// A word that code is unlikely to leave on the stack.
const PAINT: u32 = 0xcccc_cccc;
/// Bytes below the stack pointer that [`paint`] itself may use.
const RED_ZONE: usize = 128;

unsafe extern "C" {
    #[cfg_attr(target_arch = "riscv32", link_name = "__sheap")]
    static _stack_end: u32;
}

/// Lowest address of the stack's room.
fn end() -> usize {
    ptr::addr_of!(_stack_end) as usize
}

/// The stack pointer.
#[inline(always)]
pub fn pointer() -> usize {
    let pointer: usize;
    // SAFETY: it reads a register and touches nothing else.
    #[cfg(target_arch = "arm")]
    unsafe {
        core::arch::asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags))
    };
    // SAFETY: as above.
    #[cfg(target_arch = "riscv32")]
    unsafe {
        core::arch::asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags))
    };
    pointer
}

/// Paints the free part of the stack.
#[inline(never)]
pub fn paint() {
    let top = pointer() - RED_ZONE;
    for address in (end()..top).step_by(4) {
        // SAFETY: between the end of the static data and the stack pointer nothing lives.
        unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut(address), PAINT) };
    }
}

/// Bytes of the stack used below the caller since [`paint`].
#[inline(never)]
pub fn depth() -> usize {
    pointer() - deepest()
}

/// Lowest address of the stack that was used since [`paint`].
#[inline(always)]
pub fn deepest() -> usize {
    end() + free()
}

/// Bytes at the stack's end that were not used since [`paint`].
#[inline(never)]
pub fn free() -> usize {
    // SAFETY: as in `paint`; words are only read.
    let painted = |&address: &usize| unsafe {
        ptr::read_volatile(ptr::with_exposed_provenance::<u32>(address)) == PAINT
    };
    4 * (end()..pointer()).step_by(4).take_while(painted).count()
}
