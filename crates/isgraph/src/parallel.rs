//! The one place that knows whether there are threads. Results keep the order of their inputs.

/// Adds what `f` says of every index to as many sums as there are parts of the range that a thread
/// did alone, in the order of the range.
pub(crate) fn fold_range<T: Default + Send>(count: usize, f: impl Fn(&mut T, usize) + Sync + Send) -> Vec<T> {
    let add = |mut sum: T, index: usize| {
        f(&mut sum, index);
        sum
    };
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        (0..count).into_par_iter().fold(T::default, add).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        vec![(0..count).fold(T::default(), add)]
    }
}

/// `f` of the elements of two lists, which are dropped as soon as they were used.
pub(crate) fn map_zip<A: Send, B: Send, T: Send>(a: Vec<A>, b: Vec<B>, f: impl Fn(A, B) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        a.into_par_iter().zip(b).map(|(a, b)| f(a, b)).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        a.into_iter().zip(b).map(|(a, b)| f(a, b)).collect()
    }
}

/// Does both, at once where there are threads.
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    #[cfg(feature = "parallel")]
    {
        rayon::join(a, b)
    }
    #[cfg(not(feature = "parallel"))]
    {
        (a(), b())
    }
}

/// Drops a large value beside what follows.
pub(crate) fn drop_aside<T: Send + 'static>(value: T) {
    #[cfg(feature = "parallel")]
    rayon::spawn(move || drop(value));
    #[cfg(not(feature = "parallel"))]
    drop(value);
}

/// Runs `f` while other threads run `background` for every index, the first ones first; the last
/// ones are left to the thread of `f`, for when it has to wait ([`help`]). Returns when all are done.
pub(crate) fn beside<T: Send>(
    count: usize,
    background: impl Fn(usize) + Sync + Send,
    f: impl FnOnce() -> T + Send,
) -> T {
    #[cfg(feature = "parallel")]
    {
        let background = &background;
        rayon::scope(|scope| {
            for index in 0..count {
                scope.spawn(move |_| background(index));
            }
            f()
        })
    }
    #[cfg(not(feature = "parallel"))]
    {
        let _ = (count, background);
        f()
    }
}

/// Does one piece of the work that waits for a thread; whether there was any.
pub(crate) fn help() -> bool {
    #[cfg(feature = "parallel")]
    {
        rayon::yield_local() == Some(rayon::Yield::Executed)
    }
    #[cfg(not(feature = "parallel"))]
    {
        false
    }
}
