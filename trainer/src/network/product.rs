//! Matrix products with the crate `gemm-f32`, which is twice as fast as `matrixmultiply` of ndarray
//! for the 64 rows of a chunk. They use one thread, so the order of summation is fixed.

use gemm_common::Parallelism;
use gemm_f32::gemm::f32::get_gemm_fn;
use ndarray::{ArrayView2, ArrayViewMut2};

/// Computes out ← a·b.
///
/// # Panics
/// If shapes do not fit.
pub(super) fn write(a: ArrayView2<f32>, b: ArrayView2<f32>, out: ArrayViewMut2<f32>) {
    multiply(a, b, out, false);
}

/// Computes out ← out + a·b.
///
/// # Panics
/// If shapes do not fit.
pub(super) fn add(a: ArrayView2<f32>, b: ArrayView2<f32>, out: ArrayViewMut2<f32>) {
    multiply(a, b, out, true);
}

fn multiply(a: ArrayView2<f32>, b: ArrayView2<f32>, mut out: ArrayViewMut2<f32>, adds: bool) {
    let ((rows, inner), (depth, columns)) = (a.dim(), b.dim());
    assert!(
        inner == depth && out.dim() == (rows, columns),
        "shapes of a product fit"
    );
    let strides = |of: &[isize]| (of[0], of[1]);
    let (a_rows, a_columns) = strides(a.strides());
    let (b_rows, b_columns) = strides(b.strides());
    let (out_rows, out_columns) = strides(out.strides());
    // Computes outᵀ = bᵀ·aᵀ, because the kernels write columns and the results are in rows.
    // SAFETY: each pointer and its strides come from a view whose shape is asserted above, so every
    // element is within it. `out` is borrowed mutably, so it overlaps neither `a` nor `b`.
    unsafe {
        get_gemm_fn()(
            columns,
            rows,
            inner,
            out.as_mut_ptr(),
            out_rows,
            out_columns,
            adds,
            b.as_ptr(),
            b_rows,
            b_columns,
            a.as_ptr(),
            a_rows,
            a_columns,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, ArrayView2};

    /// Returns small integers, with which every sum of products is exact.
    fn matrix(rows: usize, columns: usize) -> Array2<f32> {
        Array2::from_shape_fn((rows, columns), |(i, j)| {
            ((7 * i + 3 * j) % 11) as f32 - 5.0
        })
    }

    fn by_definition(a: ArrayView2<f32>, b: ArrayView2<f32>) -> Array2<f32> {
        Array2::from_shape_fn((a.nrows(), b.ncols()), |(i, j)| {
            (0..a.ncols()).map(|k| a[[i, k]] * b[[k, j]]).sum()
        })
    }

    #[test]
    fn products_are_those_of_the_definition() {
        for (m, k, n) in [(1, 1, 1), (5, 3, 2), (1, 40, 9), (33, 1, 70), (64, 256, 13)] {
            let plain = (matrix(m, k), matrix(k, n));
            let turned = (matrix(k, m), matrix(n, k));
            for (a, b) in [
                (plain.0.view(), plain.1.view()),
                (turned.0.t(), plain.1.view()),
                (plain.0.view(), turned.1.t()),
            ] {
                let expected = by_definition(a, b);
                let mut out = matrix(m, n);
                super::add(a, b, out.view_mut());
                assert_eq!(out, &expected + &matrix(m, n), "{m}×{k}×{n}, added");
                super::write(a, b, out.view_mut());
                assert_eq!(out, expected, "{m}×{k}×{n}, written");
            }
        }
    }
}
