//! Types as people write them.

use super::lower::generics_of;
use super::{Param, TraitRef, Ty};
use crate::facts::GenericParamKind;
use crate::model::SymbolId;
use crate::resolve::world::{Res, World};

/// Deepest nesting that is written out.
const MAX_DEPTH: u32 = 8;

impl Ty {
    /// The type's text; `_` for what is not known.
    pub(crate) fn text(&self, world: &World) -> String {
        self.text_at(world, 0)
    }

    fn text_at(&self, world: &World, depth: u32) -> String {
        if depth > MAX_DEPTH {
            return "…".to_owned();
        }
        let inner = |ty: &Self| ty.text_at(world, depth + 1);
        let list = |types: &[Self]| types.iter().map(inner).collect::<Vec<_>>().join(", ");
        let applied =
            |name: String, args: &[Self]| if args.is_empty() { name } else { format!("{name}<{}>", list(args)) };
        let bounds = |bounds: &[TraitRef]| {
            let text = |bound: &TraitRef| applied(res_text(world, bound.of), &bound.args);
            bounds.iter().map(text).collect::<Vec<_>>().join(" + ")
        };
        match self {
            Self::Unknown | Self::Var(_) => "_".to_owned(),
            Self::Never => "!".to_owned(),
            Self::Prim(prim) => prim.as_str().to_owned(),
            Self::Adt(id, args) | Self::Alias(id, args) => applied(res_text(world, Res::Def(*id)), args),
            Self::Ext(ext, args) => applied(res_text(world, Res::Ext(*ext)), args),
            Self::Tuple(parts) if parts.len() == 1 => format!("({},)", list(parts)),
            Self::Tuple(parts) => format!("({})", list(parts)),
            Self::Ref(mutable, ty) => format!("&{}{}", if *mutable { "mut " } else { "" }, inner(ty)),
            Self::Ptr(mutable, ty) => format!("*{} {}", if *mutable { "mut" } else { "const" }, inner(ty)),
            Self::Slice(ty) => format!("[{}]", inner(ty)),
            Self::Array(ty) => format!("[{}; _]", inner(ty)),
            Self::Param(param) => param_text(world, *param),
            Self::Dyn(list) => format!("dyn {}", bounds(list)),
            Self::Opaque(list) => format!("impl {}", bounds(list)),
            Self::Projection(projection) => match projection.of {
                Some(of) => format!("<{} as {}>::{}", inner(&projection.self_ty), res_text(world, of), projection.name),
                None => format!("{}::{}", inner(&projection.self_ty), projection.name),
            },
            Self::FnDef(id, _) => format!("fn {}", world.name(*id)),
            Self::Fn(params, ret) => format!("fn({}) -> {}", list(params), inner(ret)),
            Self::Future(ty) => format!("impl Future<Output = {}>", inner(ty)),
        }
    }
}

fn res_text(world: &World, res: Res) -> String {
    match res {
        Res::Def(id) => world.name(id).to_string(),
        Res::Ext(ext) => world.externals.last(ext).map_or_else(|| "_".to_owned(), |name| name.to_string()),
        Res::Prim(prim) => prim.as_str().to_owned(),
    }
}

fn param_text(world: &World, param: Param) -> String {
    if param.index == Param::SELF {
        return "Self".to_owned();
    }
    let name = |owner: SymbolId| {
        let generics = generics_of(world, owner)?;
        let mut params = generics.params.iter().filter(|param| !matches!(param.kind, GenericParamKind::Lifetime));
        params.nth(usize::from(param.index)).map(|param| param.name.to_string())
    };
    name(param.owner).unwrap_or_else(|| "_".to_owned())
}
