//! Room on the stack for recursion whose depth the input decides, within the limits on facts.

/// Runs `f` with at least 256 KiB of stack, on a fresh segment when the current one is nearly used up.
///
/// In WebAssembly there is one stack: there the limits on depth have to do, and do.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn with_room<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(256 << 10, 4 << 20, f)
}

/// See the native one.
#[cfg(target_family = "wasm")]
pub(crate) fn with_room<T>(f: impl FnOnce() -> T) -> T {
    f()
}
