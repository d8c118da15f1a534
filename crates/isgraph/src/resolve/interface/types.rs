//! Types as bytes.

use std::sync::Arc;

use super::bytes::{Reader, Writer};
use crate::model::SymbolId;
use crate::name::Name;
use crate::resolve::types::tables::{By, ImplHeader, Predicate, Signature};
use crate::resolve::types::{Args, Param, Projection, TraitRef, Ty};
use crate::resolve::world::{Prim, Res};

/// Deepest type that is read: far above real ones, it bounds what damaged bytes can ask for.
const MAX_DEPTH: u32 = 64;

const UNKNOWN: u8 = 0;
const NEVER: u8 = 1;
const PRIM: u8 = 2;
const NAMED: u8 = 3;
const ALIAS: u8 = 4;
const TUPLE: u8 = 5;
const REF: u8 = 6;
const REF_MUT: u8 = 7;
const PTR: u8 = 8;
const PTR_MUT: u8 = 9;
const SLICE: u8 = 10;
const ARRAY: u8 = 11;
const PARAM: u8 = 12;
const SELF: u8 = 13;
const DYN: u8 = 14;
const OPAQUE: u8 = 15;
const PROJECTION: u8 = 16;
const FN: u8 = 17;
const FUTURE: u8 = 18;

/// Numbers of names and definitions in what is being written.
pub(super) trait Numbering {
    fn name(&mut self, name: Name) -> u32;
    /// Number of a definition or external path.
    fn res(&mut self, res: Res) -> u32;
}

pub(super) fn write_ty(out: &mut Writer, numbers: &mut impl Numbering, ty: &Ty) {
    match ty {
        Ty::Unknown | Ty::Var(_) | Ty::FnDef(..) => out.byte(UNKNOWN),
        Ty::Never => out.byte(NEVER),
        Ty::Prim(prim) => {
            out.byte(PRIM);
            out.byte(Prim::ALL.iter().position(|known| known == prim).unwrap_or(0) as u8);
        }
        Ty::Adt(id, args) => {
            out.byte(NAMED);
            out.number(numbers.res(Res::Def(*id)));
            write_types(out, numbers, args);
        }
        Ty::Ext(ext, args) => {
            out.byte(NAMED);
            out.number(numbers.res(Res::Ext(*ext)));
            write_types(out, numbers, args);
        }
        Ty::Alias(id, args) => {
            out.byte(ALIAS);
            out.number(numbers.res(Res::Def(*id)));
            write_types(out, numbers, args);
        }
        Ty::Tuple(parts) => {
            out.byte(TUPLE);
            write_types(out, numbers, parts);
        }
        Ty::Ref(mutable, ty) => {
            out.byte(if *mutable { REF_MUT } else { REF });
            write_ty(out, numbers, ty);
        }
        Ty::Ptr(mutable, ty) => {
            out.byte(if *mutable { PTR_MUT } else { PTR });
            write_ty(out, numbers, ty);
        }
        Ty::Slice(ty) => {
            out.byte(SLICE);
            write_ty(out, numbers, ty);
        }
        Ty::Array(ty) => {
            out.byte(ARRAY);
            write_ty(out, numbers, ty);
        }
        Ty::Param(param) => {
            let is_self = param.index == Param::SELF;
            out.byte(if is_self { SELF } else { PARAM });
            out.number(numbers.res(Res::Def(param.owner)));
            if !is_self {
                out.number(u32::from(param.index));
            }
        }
        Ty::Dyn(bounds) | Ty::Opaque(bounds) => {
            out.byte(if matches!(ty, Ty::Dyn(_)) { DYN } else { OPAQUE });
            out.count(bounds.len());
            bounds.iter().for_each(|bound| write_trait_ref(out, numbers, bound));
        }
        Ty::Projection(projection) => {
            out.byte(PROJECTION);
            write_ty(out, numbers, &projection.self_ty);
            out.byte(u8::from(projection.of.is_some()));
            if let Some(of) = projection.of {
                out.number(numbers.res(of));
                write_types(out, numbers, &projection.args);
            }
            out.number(numbers.name(projection.name));
            write_types(out, numbers, &projection.own);
        }
        Ty::Fn(params, ret) => {
            out.byte(FN);
            write_types(out, numbers, params);
            write_ty(out, numbers, ret);
        }
        Ty::Future(ty) => {
            out.byte(FUTURE);
            write_ty(out, numbers, ty);
        }
    }
}

fn write_types(out: &mut Writer, numbers: &mut impl Numbering, types: &[Ty]) {
    out.count(types.len());
    types.iter().for_each(|ty| write_ty(out, numbers, ty));
}

fn write_trait_ref(out: &mut Writer, numbers: &mut impl Numbering, bound: &TraitRef) {
    out.number(numbers.res(bound.of));
    write_types(out, numbers, &bound.args);
    out.count(bound.bindings.len());
    for (name, ty) in bound.bindings.iter() {
        out.number(numbers.name(*name));
        write_ty(out, numbers, ty);
    }
}

pub(super) fn write_predicates(out: &mut Writer, numbers: &mut impl Numbering, predicates: &[Predicate]) {
    out.count(predicates.len());
    for predicate in predicates {
        write_ty(out, numbers, &predicate.ty);
        write_trait_ref(out, numbers, &predicate.bound);
    }
}

pub(super) fn write_signature(out: &mut Writer, numbers: &mut impl Numbering, signature: &Signature) {
    out.byte(match signature.by {
        None => 0,
        Some(By::Value) => 1,
        Some(By::Ref) => 2,
        Some(By::RefMut) => 3,
        Some(By::Typed) => 4,
    });
    if let Some(receiver) = &signature.receiver {
        write_ty(out, numbers, receiver);
    }
    write_types(out, numbers, &signature.params);
    write_ty(out, numbers, &signature.ret);
}

pub(super) fn write_header(out: &mut Writer, numbers: &mut impl Numbering, header: &ImplHeader) {
    write_ty(out, numbers, &header.self_ty);
    out.byte(u8::from(header.of_trait.is_some()));
    if let Some(bound) = &header.of_trait {
        write_trait_ref(out, numbers, bound);
    }
}

/// What the numbers in the bytes mean.
pub(super) trait Meaning {
    fn name(&self, number: u32) -> Option<Name>;
    fn res(&self, number: u32) -> Option<Res>;
}

/// Reads types.
pub(super) struct TypeReader<'b, M> {
    pub(super) bytes: Reader<'b>,
    pub(super) meaning: &'b M,
    depth: u32,
}

impl<'b, M: Meaning> TypeReader<'b, M> {
    pub(super) fn new(bytes: Reader<'b>, meaning: &'b M) -> Self {
        Self { bytes, meaning, depth: 0 }
    }

    fn def(&mut self) -> Option<SymbolId> {
        let number = self.bytes.number();
        match self.meaning.res(number) {
            Some(Res::Def(id)) => Some(id),
            _ => None,
        }
    }

    pub(super) fn ty(&mut self) -> Ty {
        if self.depth >= MAX_DEPTH {
            return Ty::Unknown;
        }
        self.depth += 1;
        let ty = self.ty_inner();
        self.depth -= 1;
        ty
    }

    fn ty_inner(&mut self) -> Ty {
        match self.bytes.byte() {
            NEVER => Ty::Never,
            PRIM => Prim::ALL.get(usize::from(self.bytes.byte())).map_or(Ty::Unknown, |prim| Ty::Prim(*prim)),
            NAMED => {
                let number = self.bytes.number();
                let args = self.types();
                match self.meaning.res(number) {
                    Some(Res::Def(id)) => Ty::Adt(id, args),
                    Some(Res::Ext(ext)) => Ty::Ext(ext, args),
                    Some(Res::Prim(prim)) => Ty::Prim(prim),
                    None => Ty::Unknown,
                }
            }
            ALIAS => {
                let id = self.def();
                let args = self.types();
                id.map_or(Ty::Unknown, |id| Ty::Alias(id, args))
            }
            TUPLE => Ty::Tuple(self.types()),
            REF => Ty::reference(false, self.ty()),
            REF_MUT => Ty::reference(true, self.ty()),
            PTR => Ty::Ptr(false, Arc::new(self.ty())),
            PTR_MUT => Ty::Ptr(true, Arc::new(self.ty())),
            SLICE => Ty::Slice(Arc::new(self.ty())),
            ARRAY => Ty::Array(Arc::new(self.ty())),
            PARAM => {
                let owner = self.def();
                let index = u16::try_from(self.bytes.number()).unwrap_or(u16::MAX - 1);
                owner.map_or(Ty::Unknown, |owner| Ty::Param(Param { owner, index }))
            }
            SELF => self.def().map_or(Ty::Unknown, |owner| Ty::Param(Param::self_of(owner))),
            DYN => Ty::Dyn(self.bounds()),
            OPAQUE => Ty::Opaque(self.bounds()),
            PROJECTION => {
                let self_ty = self.ty();
                let (of, args) = match self.bytes.byte() {
                    0 => (None, Args::from([])),
                    _ => {
                        let number = self.bytes.number();
                        (self.meaning.res(number), self.types())
                    }
                };
                let number = self.bytes.number();
                let own = self.types();
                match self.meaning.name(number) {
                    Some(name) => Ty::Projection(Arc::new(Projection { self_ty, of, args, name, own })),
                    None => Ty::Unknown,
                }
            }
            FN => {
                let params = self.types();
                Ty::Fn(params, Arc::new(self.ty()))
            }
            FUTURE => Ty::Future(Arc::new(self.ty())),
            _ => Ty::Unknown,
        }
    }

    fn types(&mut self) -> Args {
        let count = self.bytes.count();
        (0..count).map(|_| self.ty()).collect()
    }

    fn bounds(&mut self) -> Arc<[TraitRef]> {
        let count = self.bytes.count();
        (0..count).filter_map(|_| self.trait_ref()).collect()
    }

    /// `None` when the trait is not known; its parts are read over.
    fn trait_ref(&mut self) -> Option<TraitRef> {
        let number = self.bytes.number();
        let args = self.types();
        let count = self.bytes.count();
        let mut bindings = Vec::with_capacity(count);
        for _ in 0..count {
            let name = self.bytes.number();
            let ty = self.ty();
            bindings.extend(self.meaning.name(name).map(|name| (name, ty)));
        }
        Some(TraitRef { of: self.meaning.res(number)?, args, bindings: bindings.into() })
    }

    pub(super) fn predicates(&mut self) -> Arc<[Predicate]> {
        let count = self.bytes.count();
        (0..count)
            .filter_map(|_| {
                let ty = self.ty();
                Some(Predicate { ty, bound: self.trait_ref()? })
            })
            .collect()
    }

    pub(super) fn signature(&mut self) -> Signature {
        let by = match self.bytes.byte() {
            1 => Some(By::Value),
            2 => Some(By::Ref),
            3 => Some(By::RefMut),
            4 => Some(By::Typed),
            _ => None,
        };
        let receiver = by.map(|_| self.ty());
        let params = self.types().to_vec();
        Signature { receiver, by, params, ret: self.ty() }
    }

    pub(super) fn header(&mut self) -> ImplHeader {
        let self_ty = self.ty();
        let of_trait = if self.bytes.byte() == 1 { self.trait_ref() } else { None };
        ImplHeader { self_ty, of_trait, negative: false }
    }
}
