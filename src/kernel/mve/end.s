@ End of each function in assembly: removes its macros.
    .purgem FLOWLET_CHECK
    .purgem flowlet_mve_constants
    .purgem flowlet_mve_macs
    .purgem flowlet_mve_sums
    .purgem flowlet_mve_clear
    .purgem flowlet_mve_segments
    .purgem flowlet_mve_last_segment
    .purgem flowlet_mve_iterations
    .purgem flowlet_mve_shape
    .purgem flowlet_mve_program
    .purgem flowlet_mve_table
