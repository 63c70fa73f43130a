//! Folders of images, and of sounds.

pub(crate) mod decode;
pub(crate) mod images;
pub(crate) mod orientation;
pub(crate) mod scale;
pub(crate) mod sound;
pub(crate) mod wav;
