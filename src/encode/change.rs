//! Files with another card or another section than they had.

use alloc::vec::Vec;

use super::{File, finished, put};
use crate::format::{Body, HEADER_LEN, Nodes, Section};
use crate::{Model, ModelError};

/// Returns the `.flow` file with another card, at most 255 bytes. Everything else stays.
///
/// # Errors
/// The error of [`Model::parse`] if the file is not a model or the card is too long.
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let file = flowlet::encode::with_card(bytes, "two moons, 1000 rows")?;
/// let model = flowlet::Model::parse(&file)?;
/// assert_eq!(model.card(), "two moons, 1000 rows");
/// assert_eq!(flowlet::encode::with_card(&file, "")?, bytes);
/// # Ok::<(), flowlet::ModelError>(())
/// ```
pub fn with_card(bytes: &[u8], card: &str) -> Result<Vec<u8>, ModelError> {
    let model = Model::parse(bytes)?;
    let body = bytes.get(HEADER_LEN..).unwrap_or_default();
    let body: Body<'_> = postcard::from_bytes(body).map_err(|_| ModelError::Encoding)?;
    let names = model.names_without_card();
    let names = [names, card.as_bytes()].concat();
    finished(File {
        header: model.header(),
        body: Body {
            names: &names,
            padding: &[],
            ..body
        },
    })
}

/// Returns the `.flow` file with this content of a section, in the place of any that it had.
/// `None` removes the section. Everything else stays.
///
/// # Errors
/// The error of [`Model::parse`] or of [`Model::check_sections`] if the file is not a model, or if
/// the content is invalid.
///
/// ```
/// use flowlet::encode::{QuantisedFill, with_section};
/// use flowlet::{Model, format::Section};
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let content = QuantisedFill::default().to_bytes()?;
/// let file = with_section(bytes, Section::Fill, Some(&content))?;
/// assert_eq!(Model::parse(&file)?.section(Section::Fill), Some(&content[..]));
/// assert_eq!(with_section(&file, Section::Fill, None)?, bytes);
/// # Ok::<(), flowlet::ModelError>(())
/// ```
pub fn with_section(
    bytes: &[u8],
    section: Section,
    content: Option<&[u8]>,
) -> Result<Vec<u8>, ModelError> {
    let model = Model::parse(bytes)?;
    model.check_sections()?;
    let body = bytes.get(HEADER_LEN..).unwrap_or_default();
    let body: Body<'_> = postcard::from_bytes(body).map_err(|_| ModelError::Encoding)?;
    let table = match model.hidden().any(|hidden| hidden.table) {
        true => size_of::<Nodes>(),
        false => 0,
    };
    let end = body.tensors.len() - table;
    let mut tensors = body.tensors[..end - model.sections().len()].to_vec();
    for kind in Section::ALL {
        let old = model.section(kind);
        if let Some(content) = if kind == section { content } else { old } {
            put_section(&mut tensors, kind, content);
        }
    }
    tensors.extend_from_slice(&body.tensors[end..]);
    finished(File {
        header: model.header(),
        body: Body {
            tensors: &tensors,
            padding: &[],
            ..body
        },
    })
}

/// Appends a section and its padding.
pub(super) fn put_section(out: &mut Vec<u8>, section: Section, content: &[u8]) {
    out.extend(section.word(content.len()));
    put(out, content.iter().map(|&byte| [byte]));
}
