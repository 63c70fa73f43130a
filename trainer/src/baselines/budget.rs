//! The bytes that a baseline may use.

use flowlet::Model;
use flowlet::format::{COLUMN_LEN, HEADER_LEN};

/// Bytes of a class's share.
const SHARE: usize = 2;

/// Returns the bytes of a model without the header, names, columns and class shares, which every
/// generator of such rows needs, and without the card.
pub(crate) fn budget(model: &Model<'_>) -> usize {
    let label = model.label().map(|(name, _)| name);
    let names = model.column_names().chain(label).chain(model.class_names());
    let names: usize = names.map(|name| name.len() + 1).sum();
    let columns = COLUMN_LEN * model.dim() + SHARE * usize::from(model.classes());
    let file = model.header().length as usize;
    file.saturating_sub(HEADER_LEN + names + model.card().len() + columns)
}

#[cfg(test)]
mod tests {
    use super::budget;
    use flowlet::Model;
    use flowlet::encode::with_card;

    const DIGITS: &[u8] = include_bytes!("../../../firmware-examples/models/digits.flow");

    #[test]
    fn a_card_takes_no_bytes_from_the_baselines() {
        let bytes = |card: &str| {
            let file = with_card(DIGITS, card).expect("a model");
            budget(&Model::parse(&file).expect("a model"))
        };
        assert_eq!(bytes(""), bytes("16 bytes of text"));
        assert!(bytes("") > 1000);
    }
}
