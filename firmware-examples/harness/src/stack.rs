//! Measures stack depth: paint the free stack, call a function, look how much paint is gone.

use core::ptr;

/// A word that code is unlikely to leave on the stack.
const PAINT: u32 = 0xcccc_cccc;
/// Bytes below the stack pointer that [`paint`] itself may use.
const RED_ZONE: usize = 128;

unsafe extern "C" {
    #[cfg_attr(target_arch = "riscv32", link_name = "__sheap")]
    static _stack_end: u32;
}

/// Returns the lowest address that the stack may use.
fn end() -> usize {
    ptr::addr_of!(_stack_end) as usize
}

/// Returns the stack pointer.
#[inline(always)]
pub fn pointer() -> usize {
    let pointer: usize;
    // SAFETY: it only reads a register.
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
        // SAFETY: nothing is stored between the end of the static data and the stack pointer.
        unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut(address), PAINT) };
    }
}

/// Returns the bytes of stack used below the caller since [`paint`].
#[inline(never)]
pub fn depth() -> usize {
    pointer() - deepest()
}

/// Returns the lowest address of the stack used since [`paint`].
#[inline(always)]
pub fn deepest() -> usize {
    end() + free()
}

/// Returns the bytes at the end of the stack that were not used since [`paint`].
#[inline(never)]
pub fn free() -> usize {
    // SAFETY: the same memory as in `paint`, only read.
    let painted = |&address: &usize| unsafe {
        ptr::read_volatile(ptr::with_exposed_provenance::<u32>(address)) == PAINT
    };
    4 * (end()..pointer()).step_by(4).take_while(painted).count()
}
