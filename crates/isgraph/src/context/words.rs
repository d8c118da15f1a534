//! How much two names have in common.

/// The most words of a name that are compared.
const MAX_WORDS: usize = 8;

/// The share of the words of both names that they have in common: 0 to 1. Words are separated by
/// underscores and capitals, and compared without case.
pub(super) fn likeness(a: &str, b: &str) -> f32 {
    let (mut in_a, mut in_b) = ([""; MAX_WORDS], [""; MAX_WORDS]);
    let (in_a, in_b) = (fill(&mut in_a, a), fill(&mut in_b, b));
    let common = in_a.iter().filter(|a| in_b.iter().any(|b| a.eq_ignore_ascii_case(b))).count();
    let all = in_a.len() + in_b.len() - common.min(in_b.len());
    if common == 0 { 0.0 } else { common as f32 / all as f32 }
}

fn fill<'w, 'n>(words: &'w mut [&'n str; MAX_WORDS], name: &'n str) -> &'w [&'n str] {
    let mut count = 0;
    for word in crate::query::words(name).filter(|word| word.len() > 1).take(MAX_WORDS) {
        words[count] = word;
        count += 1;
    }
    &words[..count]
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn names_are_alike_by_their_words() {
        assert_eq!(likeness("poll_read", "PollRead"), 1.0);
        assert_eq!(likeness("poll_read", "poll_write"), 1.0 / 3.0);
        assert_eq!(likeness("new", "poll_write"), 0.0);
        assert_eq!(likeness("", ""), 0.0);
        assert_eq!(likeness("a_b", "a_b"), 0.0, "single letters say nothing");
    }
}
