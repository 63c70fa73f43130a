//! A checksum of a table, which tells whether a model was trained on it.

use crc::{CRC_32_ISO_HDLC, Crc};

use super::Table;

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

impl Table {
    /// Returns a checksum of the names, values and labels, but not of notes and of the position of
    /// the label column. It is a CRC-32/ISO-HDLC.
    ///
    /// ```
    /// use flowlet_trainer::Table;
    ///
    /// let read = |text: &str| Table::parse_csv(text.as_bytes(), "rows.csv");
    /// let checksum = read("x,y\n1,2\n3,4\n")?.checksum();
    /// assert_eq!(read("x;y\n1.0;2.0\n3.0;4.0\n")?.checksum(), checksum);
    /// assert_ne!(read("x,y\n1,2\n3,5\n")?.checksum(), checksum);
    /// # Ok::<(), flowlet_trainer::DataError>(())
    /// ```
    #[must_use]
    pub fn checksum(&self) -> u32 {
        let labels = self.labels.as_ref();
        let labels = labels.map(|labels| (&labels.column, &labels.classes, &labels.of_row));
        let (columns, categories) = (&self.columns, &self.categories);
        let mut digest = CRC.digest();
        digest.update(format!("{columns:?} {categories:?} {labels:?}").as_bytes());
        for value in &self.values {
            digest.update(&value.to_le_bytes());
        }
        digest.finalize()
    }
}
