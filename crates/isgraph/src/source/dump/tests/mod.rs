#[cfg(feature = "archives")]
mod archives;
mod file_marker;
mod hostile;
mod properties;
mod render;
