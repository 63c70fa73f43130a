@ End of each function in assembly. What follows in the same file, as from other crates with
@ link-time optimisation, has neither macros nor vector instructions of this crate.
    .purgem flowlet_mve_constants
    .purgem flowlet_mve_distance
    .purgem flowlet_mve_macs
    .purgem flowlet_mve_sums
    .purgem flowlet_mve_clear
    .purgem flowlet_mve_segments
    .purgem flowlet_mve_last_segment
    .purgem flowlet_mve_iterations
    .purgem flowlet_mve_shape
    .purgem flowlet_mve_program
    .purgem flowlet_mve_table
    .arch armv8.1-m.main
