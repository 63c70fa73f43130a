//! A model on the host.

use std::ops::Deref;

use flowlet::Model;

use crate::error::Error;
use crate::generate::{Generated, Request, generate};

/// A random seed.
///
/// ```
/// use flowlet_trainer::Seed;
///
/// assert_eq!(Seed::default(), Seed(0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seed(pub u64);

/// A model that samples on the host with the bits of the device.
///
/// It dereferences to [`Model`], which has everything else.
#[derive(Clone, Copy, Debug)]
pub struct HostModel<'m>(Model<'m>);

impl<'m> HostModel<'m> {
    /// Checks and opens the bytes of a `.flow` file.
    ///
    /// ```
    /// use flowlet_trainer::HostModel;
    ///
    /// assert!(HostModel::parse(b"not a model").is_err());
    /// ```
    ///
    /// # Errors
    /// [`Error::Model`].
    pub fn parse(bytes: &'m [u8]) -> Result<Self, Error> {
        Ok(Self(Model::parse(bytes)?))
    }

    /// Draws samples, with the classes in the proportions of the training rows.
    ///
    /// ```
    /// # use flowlet_trainer::{Seed, Table, Trainer};
    /// # let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
    /// # let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
    /// let samples = trained.model().sample(3, Seed(1))?;
    /// assert_eq!(samples.values.nrows(), 3);
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Sampler`], if the model cannot be sampled on the host.
    pub fn sample(&self, count: usize, seed: Seed) -> Result<Generated, Error> {
        let request = Request {
            count,
            seed: seed.0,
            ..Request::default()
        };
        Ok(generate(&self.0, &request)?)
    }
}

impl<'m> From<Model<'m>> for HostModel<'m> {
    fn from(model: Model<'m>) -> Self {
        Self(model)
    }
}

impl<'m> Deref for HostModel<'m> {
    type Target = Model<'m>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
