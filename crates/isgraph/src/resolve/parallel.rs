//! The one place that knows whether there are threads. Results keep the order of their inputs.

/// `f` of every index.
pub(crate) fn map_range<T: Send>(count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        (0..count).into_par_iter().map(f).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        (0..count).map(f).collect()
    }
}

/// `f` of every element, which is dropped as soon as it was used.
pub(crate) fn map_vec<I: Send, T: Send>(items: Vec<I>, f: impl Fn(usize, I) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        items.into_par_iter().enumerate().map(|(index, item)| f(index, item)).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        items.into_iter().enumerate().map(|(index, item)| f(index, item)).collect()
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
