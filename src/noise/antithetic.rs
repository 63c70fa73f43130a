//! Mirrored noise.

use rand_core::TryRng;

/// Generator whose standard normal variates are those of `R` with the opposite sign.
///
/// A sampler draws the same class from it. Draw a pair of samples, one from `R` and one from its
/// mirror. Errors that are odd in the noise cancel in the pair: for example, most of the error of a
/// column's mean. So a few pairs represent the distribution better than as many independent
/// samples, and each sample still has the model's distribution (antithetic variates: Hammersley and
/// Morton, *A new Monte Carlo technique*, 1956).
///
/// It inverts the lowest bit of every 32-bit word, which [`normal`](super::normal) uses as the
/// sign.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// use flowlet::noise::Antithetic;
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
/// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let mut mirrored = Antithetic(rng.clone());
/// let point: Vec<f32> = sampler.sample(&mut rng)?.values().collect();
/// let opposite: Vec<f32> = sampler.sample(&mut mirrored)?.values().collect();
/// assert_ne!(point, opposite);
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Antithetic<R>(pub R);

impl<R: TryRng> TryRng for Antithetic<R> {
    type Error = R::Error;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, R::Error> {
        Ok(self.0.try_next_u32()? ^ 1)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, R::Error> {
        Ok(self.0.try_next_u64()? ^ (1 << 32 | 1))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), R::Error> {
        self.0.try_fill_bytes(bytes)?;
        for lowest in bytes.iter_mut().step_by(4) {
            *lowest ^= 1; // words in little-endian order
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Antithetic;
    use crate::noise::normal;
    use rand_xoshiro::Xoshiro128PlusPlus;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    #[test]
    fn variates_are_mirrored_however_words_are_drawn() {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(3);
        let mut mirrored = Antithetic(rng.clone());
        for _ in 0..1000 {
            assert_eq!(normal(rng.next_u32()), -normal(mirrored.next_u32()));
            let (a, b) = (rng.next_u64(), mirrored.next_u64());
            assert_eq!(normal(a as u32), -normal(b as u32));
            assert_eq!(normal((a >> 32) as u32), -normal((b >> 32) as u32));
            let (mut a, mut b) = ([0; 7], [0; 7]);
            rng.fill_bytes(&mut a);
            mirrored.fill_bytes(&mut b);
            let words = |bytes: [u8; 7]| {
                let [a, b, c, d, e, f, g] = bytes;
                [[a, b, c, d], [e, f, g, 0]].map(u32::from_le_bytes)
            };
            for (a, b) in words(a).into_iter().zip(words(b)) {
                assert_eq!(normal(a), -normal(b));
            }
        }
    }
}
