//! Items of std that the language itself knows.

use super::{Args, Ty};
use crate::name::Name;
use crate::resolve::world::{Res, World};

/// Traits and types that syntax stands for.
pub(crate) struct WellKnown {
    pub(crate) deref: Res,
    pub(crate) deref_mut: Res,
    pub(crate) index: Res,
    pub(crate) index_mut: Res,
    pub(crate) iterator: Res,
    pub(crate) into_iterator: Res,
    pub(crate) future: Res,
    pub(crate) into_future: Res,
    pub(crate) try_: Res,
    pub(crate) clone: Res,
    pub(crate) copy: Res,
    /// `Fn`, `FnMut`, `FnOnce`.
    pub(crate) callable: [Res; 3],
    /// `AsyncFn`, `AsyncFnMut`, `AsyncFnOnce`.
    pub(crate) async_callable: [Res; 3],
    /// Traits that the compiler decides by itself, and that have no methods.
    markers: [Res; 12],
    pub(crate) option: Res,
    pub(crate) result: Res,
    pub(crate) vec: Res,
    pub(crate) string: Res,
    pub(crate) c_str: Res,
    pub(crate) range: Res,
    pub(crate) range_inclusive: Res,
    pub(crate) range_from: Res,
    pub(crate) range_to: Res,
    pub(crate) range_to_inclusive: Res,
    pub(crate) range_full: Res,
    pub(crate) names: Names,
    /// Derives of the language.
    derives: Vec<Name>,
}

/// Names of associated types.
pub(crate) struct Names {
    pub(crate) output: Name,
    pub(crate) item: Name,
    pub(crate) target: Name,
}

impl WellKnown {
    pub(crate) fn new(world: &World) -> Self {
        let res = |path: &str| world.std_item(path);
        Self {
            deref: res("std::ops::Deref"),
            deref_mut: res("std::ops::DerefMut"),
            index: res("std::ops::Index"),
            index_mut: res("std::ops::IndexMut"),
            iterator: res("std::iter::Iterator"),
            into_iterator: res("std::iter::IntoIterator"),
            future: res("std::future::Future"),
            into_future: res("std::future::IntoFuture"),
            try_: res("std::ops::Try"),
            clone: res("std::clone::Clone"),
            copy: res("std::marker::Copy"),
            callable: ["std::ops::Fn", "std::ops::FnMut", "std::ops::FnOnce"].map(res),
            async_callable: ["std::ops::AsyncFn", "std::ops::AsyncFnMut", "std::ops::AsyncFnOnce"].map(res),
            markers: [
                "std::marker::Sized",
                "std::marker::Send",
                "std::marker::Sync",
                "std::marker::Unpin",
                "std::panic::UnwindSafe",
                "std::panic::RefUnwindSafe",
                "std::any::Any",
                "std::marker::Tuple",
                "std::marker::Freeze",
                "std::marker::Destruct",
                "std::marker::PointeeSized",
                "std::marker::MetaSized",
            ]
            .map(res),
            option: res("std::option::Option"),
            result: res("std::result::Result"),
            vec: res("std::vec::Vec"),
            string: res("std::string::String"),
            c_str: res("std::ffi::CStr"),
            range: res("std::ops::Range"),
            range_inclusive: res("std::ops::RangeInclusive"),
            range_from: res("std::ops::RangeFrom"),
            range_to: res("std::ops::RangeTo"),
            range_to_inclusive: res("std::ops::RangeToInclusive"),
            range_full: res("std::ops::RangeFull"),
            names: Names { output: Name::new("Output"), item: Name::new("Item"), target: Name::new("Target") },
            derives: crate::resolve::prelude::derives().map(Name::new).collect(),
        }
    }

    /// Whether the trait is one of those that every type may have without an impl, and without methods.
    pub(crate) fn is_marker(&self, of: Res) -> bool {
        self.markers.contains(&of)
    }

    /// Whether a derive of that name is one of the language's.
    pub(crate) fn is_derive(&self, name: Name) -> bool {
        self.derives.contains(&name)
    }

    /// Whether a type is one of the ranges.
    pub(crate) fn is_range(&self, ty: &Ty) -> bool {
        let ranges = [
            self.range,
            self.range_inclusive,
            self.range_from,
            self.range_to,
            self.range_to_inclusive,
            self.range_full,
        ];
        ty.as_named().is_some_and(|(of, _)| ranges.contains(&of))
    }

    /// Whether calls go through the trait; and whether they give a future.
    pub(crate) fn call_trait(&self, of: Res) -> Option<Calls> {
        if self.callable.contains(&of) {
            Some(Calls::Now)
        } else if self.async_callable.contains(&of) {
            Some(Calls::Later)
        } else {
            None
        }
    }
}

/// What a call through one of the call traits gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// The output itself.
    Now,
    /// A future of the output.
    Later,
}

impl Ty {
    /// The named type with those arguments.
    pub(crate) fn named(of: Res, args: Args) -> Self {
        match of {
            Res::Def(id) => Self::Adt(id, args),
            Res::Ext(id) => Self::Ext(id, args),
            Res::Prim(prim) => Self::Prim(prim),
        }
    }

    /// What a named type is of, and its arguments.
    pub(crate) fn as_named(&self) -> Option<(Res, &Args)> {
        match self {
            Self::Adt(id, args) => Some((Res::Def(*id), args)),
            Self::Ext(id, args) => Some((Res::Ext(*id), args)),
            _ => None,
        }
    }
}
