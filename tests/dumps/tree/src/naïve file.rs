/// A path with a space and a letter of two bytes; ☃ and 日本語 in the text.
pub fn élan() -> usize {
    "☃日本語".chars().count()
}
