/// Lines of Windows.
pub fn one() -> usize {
    let text = "a
b";
    text.lines().count() - 1
}
