//! Types, paths, patterns and expressions, lowered to small arenas.
//!
//! Ids are indices into the [`Arena`] they came from. Only what carries a name has an offset.

use serde::{Deserialize, Serialize};

use super::tree::{Cfg, ItemNode, MacroCall, Offset, PathAnchor};
use crate::name::Name;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);
    };
}

id!(
    /// A type in an [`Arena`].
    TypeId
);
id!(
    /// A path in an [`Arena`].
    PathId
);
id!(
    /// A pattern in an [`Arena`].
    PatId
);
id!(
    /// An expression in an [`Arena`].
    ExprId
);
id!(
    /// A macro invocation in an [`Arena`].
    MacroId
);

/// The nodes of one header or one body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arena {
    /// Types.
    pub types: Box<[TypeRef]>,
    /// Paths.
    pub paths: Box<[PathRef]>,
    /// Patterns.
    pub pats: Box<[Pat]>,
    /// Expressions (in a header: of const arguments and array lengths).
    pub exprs: Box<[Expr]>,
    /// Macro invocations.
    pub macros: Box<[MacroCall]>,
    /// Nodes under a `cfg` of their own.
    pub guards: Box<[Guard]>,
}

/// A statement, expression, arm or field under `#[cfg(…)]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// What it guards.
    pub node: Guarded,
    /// The predicate.
    pub cfg: Cfg,
    /// Of an expression statement: that no semicolon ends it. It is its block's value when all that
    /// follows it is off.
    pub value: bool,
}

/// A node that a `cfg` guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Guarded {
    /// An expression: a statement, an argument or element, the value of a field.
    Expr(ExprId),
    /// A pattern: that of a `let`, of an arm, of a field of a struct pattern.
    Pat(PatId),
}

impl Arena {
    /// The predicate that guards a node.
    #[must_use]
    pub fn guard(&self, node: Guarded) -> Option<&Guard> {
        self.guards.iter().find(|guard| guard.node == node)
    }
}

/// An [`Arena`] that grows.
#[derive(Debug, Default)]
pub(super) struct ArenaBuilder {
    pub(super) types: Vec<TypeRef>,
    pub(super) paths: Vec<PathRef>,
    pub(super) pats: Vec<Pat>,
    pub(super) exprs: Vec<Expr>,
    pub(super) macros: Vec<MacroCall>,
    pub(super) guards: Vec<Guard>,
}

impl ArenaBuilder {
    pub(super) fn finish(self) -> Arena {
        Arena {
            types: self.types.into(),
            paths: self.paths.into(),
            pats: self.pats.into(),
            exprs: self.exprs.into(),
            macros: self.macros.into(),
            guards: self.guards.into(),
        }
    }
}

macro_rules! index {
    ($arena:ident: $($id:ident => $field:ident: $node:ty),*) => {
        $(impl std::ops::Index<$id> for $arena {
            type Output = $node;
            fn index(&self, id: $id) -> &$node {
                &self.$field[id.0 as usize]
            }
        })*
    };
}
index!(Arena: TypeId => types: TypeRef, PathId => paths: PathRef, PatId => pats: Pat, ExprId => exprs: Expr, MacroId => macros: MacroCall);
index!(ArenaBuilder: TypeId => types: TypeRef, PathId => paths: PathRef);

/// The body of a function, const, static or discriminant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Its nodes.
    pub arena: Arena,
    /// The outermost expression.
    pub root: ExprId,
    /// Items declared in its blocks, in source order ([`Block::items`] are indices); offsets are
    /// relative to the enclosing item.
    pub items: Vec<ItemNode>,
}

/// A path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathRef {
    /// How it starts.
    pub anchor: PathAnchor,
    /// Where the first token of the path stands (the anchor's, if it has one).
    pub offset: Offset,
    /// `<T as Trait>::rest`: then the first `trait_segments` of `segments` are the trait.
    pub qself: Option<QSelf>,
    /// Names after the anchor. Empty for a bare `self`, `Self`, `crate`, `super`.
    pub segments: Box<[Segment]>,
}

/// The qualified self type of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QSelf {
    /// The type.
    pub ty: TypeId,
    /// How many leading segments name the trait; 0 for `<T>::rest`.
    pub trait_segments: u8,
}

/// A segment of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its name.
    pub name: Name,
    /// Where it stands.
    pub offset: Offset,
    /// `<…>` or `(…) -> …`.
    pub args: Option<Box<GenericArgs>>,
}

/// Generic arguments of a segment or a method call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenericArgs {
    /// Type and const arguments in order (lifetimes are dropped; a const's expression has `ty: None`).
    pub args: Vec<GenericArg>,
    /// `Item = T` and `Item: Bound`.
    pub bindings: Vec<AssocBinding>,
    /// `Fn(A, B) -> C`: `args` holds one tuple of the inputs and `bindings` one `Output`.
    pub parenthesized: bool,
}

/// One generic argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GenericArg {
    /// A type (a bare name may also mean a const).
    Type(TypeId),
    /// A const expression.
    Const(ExprId),
}

/// `Item = T`, `Item: Bound`, `N = 3`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssocBinding {
    /// The associated item's name.
    pub name: Name,
    /// Where it stands.
    pub offset: Offset,
    /// The type, if it is an equality of types.
    pub ty: Option<TypeId>,
    /// The bounds, if it is a bound.
    pub bounds: BoundList,
}

/// A list of bounds.
pub type BoundList = Vec<Bound>;

/// One bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// A trait, `const` or not.
    Trait(PathId),
    /// `?Sized`: named, but not required.
    Relaxed(PathId),
    /// `'a`.
    Lifetime(Name),
}

/// A type as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeRef {
    /// A path.
    Path(PathId),
    /// `(A, B)`; `()` is the empty one.
    Tuple(Box<[TypeId]>),
    /// `&T`, `&mut T`.
    Ref {
        /// Whether `mut`.
        mutable: bool,
        /// Its lifetime's name without the quote.
        lifetime: Option<Name>,
        /// What it points to.
        ty: TypeId,
    },
    /// `*const T`, `*mut T`.
    Ptr {
        /// Whether `mut`.
        mutable: bool,
        /// What it points to.
        ty: TypeId,
    },
    /// `[T]`.
    Slice(TypeId),
    /// `[T; N]`.
    Array(TypeId, ExprId),
    /// `fn(A) -> B`.
    Fn {
        /// Parameters.
        params: Box<[TypeId]>,
        /// Return type.
        ret: Option<TypeId>,
        /// `unsafe`.
        is_unsafe: bool,
    },
    /// `!`.
    Never,
    /// `_`.
    Infer,
    /// `impl A + B`.
    ImplTrait(BoundList),
    /// `dyn A + B`.
    Dyn(BoundList),
    /// `m!(…)`.
    Macro(MacroId),
    /// What could not be lowered.
    Error,
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pat {
    /// `_`.
    Wild,
    /// `..`.
    Rest,
    /// A bare identifier: a binding, unless it resolves to a constant, unit struct or unit variant.
    Bind {
        /// Its name.
        name: Name,
        /// Where it stands.
        offset: Offset,
        /// `ref`.
        by_ref: bool,
        /// `mut`.
        mutable: bool,
        /// `@ pattern`.
        sub: Option<PatId>,
    },
    /// A path of several segments, or with a qualified self.
    Path(PathId),
    /// `Path(a, .., b)`.
    TupleStruct(PathId, Box<[PatId]>),
    /// `Path { a, b: p, .. }`.
    Struct(PathId, Box<[FieldPat]>),
    /// `(a, b)`.
    Tuple(Box<[PatId]>),
    /// `a | b`.
    Or(Box<[PatId]>),
    /// `&p`, `&mut p`.
    Ref {
        /// Whether `mut`.
        mutable: bool,
        /// What it matches behind the reference.
        pat: PatId,
    },
    /// `[a, .., b]`.
    Slice(Box<[PatId]>),
    /// A literal, range or const block: its parts are expressions.
    Value(Box<[ExprId]>),
    /// `p if guard` inside an or-pattern, and `deref!(p)`-likes.
    Guard(PatId, ExprId),
    /// `m!(…)`.
    Macro(MacroId),
    /// What could not be lowered.
    Error,
}

/// A field of a struct pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldPat {
    /// The field's name or number.
    pub name: Name,
    /// Where it stands.
    pub offset: Offset,
    /// The pattern (for a shorthand, the binding of the same name).
    pub pat: PatId,
}

/// A literal's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Literal {
    /// `"…"`.
    Str,
    /// `b"…"`; its length.
    ByteStr(u32),
    /// `c"…"`.
    CStr,
    /// `'…'`.
    Char,
    /// `b'…'`.
    Byte,
    /// `true`, `false`.
    Bool,
    /// An integer and its suffix.
    Int(Option<Name>),
    /// A float and its suffix.
    Float(Option<Name>),
}

/// A unary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnaryOp {
    /// `*`.
    Deref,
    /// `!`.
    Not,
    /// `-`.
    Neg,
}

/// A binary operator; compound assignment sets [`Expr::Binary`]'s `assign`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the operator it names")]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    And,
    Or,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// `{ … }`.
    Plain,
    /// `unsafe { … }`.
    Unsafe,
    /// `async { … }`: its value is a future.
    Async,
    /// `const { … }`.
    Const,
    /// `try { … }`.
    Try,
    /// `gen { … }`.
    Gen,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// `'label:`, without the quote.
    pub label: Option<Name>,
    /// Statements in order.
    pub stmts: Box<[Stmt]>,
    /// The last expression without a semicolon.
    pub tail: Option<ExprId>,
    /// Items declared in it: indices into [`Body::items`].
    pub items: Box<[u32]>,
}

/// A statement. Items are in [`Block::items`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stmt {
    /// `let pat: ty = init else { … };`
    Let {
        /// The pattern.
        pat: PatId,
        /// The annotation.
        ty: Option<TypeId>,
        /// The initialiser.
        init: Option<ExprId>,
        /// The diverging block of let-else.
        else_: Option<ExprId>,
    },
    /// An expression whose value is dropped.
    Expr(ExprId),
    /// A `macro_rules!` definition becomes visible after this point: index into [`Body::items`].
    MacroDef(u32),
}

/// A match arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// The pattern.
    pub pat: PatId,
    /// `if guard`.
    pub guard: Option<ExprId>,
    /// The body.
    pub body: ExprId,
}

/// A field of a struct expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldExpr {
    /// The field's name or number.
    pub name: Name,
    /// Where it stands.
    pub offset: Offset,
    /// Its value (for a shorthand, the path of the same name).
    pub value: ExprId,
}

/// A closure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// Parameters with their annotations.
    pub params: Box<[(PatId, Option<TypeId>)]>,
    /// Annotated return type.
    pub ret: Option<TypeId>,
    /// The body.
    pub body: ExprId,
    /// `async`.
    pub is_async: bool,
    /// `move`.
    pub is_move: bool,
}

/// An expression. Parentheses are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expr {
    /// What could not be lowered; its readable parts are kept.
    Missing(Box<[ExprId]>),
    /// A path: local, function, const, static, unit struct or variant.
    Path(PathId),
    /// A literal.
    Literal(Literal),
    /// `callee(args)`.
    Call {
        /// What is called.
        callee: ExprId,
        /// Arguments.
        args: Box<[ExprId]>,
    },
    /// `receiver.name::<generics>(args)`.
    MethodCall {
        /// The receiver.
        receiver: ExprId,
        /// The method's name.
        name: Name,
        /// Where it stands.
        offset: Offset,
        /// Turbofish.
        generics: Option<Box<GenericArgs>>,
        /// Arguments after the receiver.
        args: Box<[ExprId]>,
    },
    /// `base.name`, `base.0`.
    Field {
        /// The base.
        base: ExprId,
        /// The field's name or number.
        name: Name,
        /// Where it stands.
        offset: Offset,
    },
    /// `base[index]`.
    Index {
        /// The base.
        base: ExprId,
        /// The index.
        index: ExprId,
        /// Where the bracket stands.
        offset: Offset,
    },
    /// `op expr`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        expr: ExprId,
        /// Where the operator stands.
        offset: Offset,
    },
    /// `lhs op rhs`, `lhs op= rhs`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Compound assignment.
        assign: bool,
        /// Left operand.
        lhs: ExprId,
        /// Right operand.
        rhs: ExprId,
        /// Where the operator stands.
        offset: Offset,
    },
    /// `lhs = rhs`; the left side may be a destructuring.
    Assign {
        /// Left side.
        lhs: ExprId,
        /// Right side.
        rhs: ExprId,
    },
    /// `&expr`, `&mut expr`.
    Ref {
        /// Whether `mut`.
        mutable: bool,
        /// `&raw const`, `&raw mut`.
        raw: bool,
        /// The operand.
        expr: ExprId,
    },
    /// `expr as T`.
    Cast {
        /// The operand.
        expr: ExprId,
        /// The type.
        ty: TypeId,
    },
    /// `expr?`.
    Try {
        /// The operand.
        expr: ExprId,
        /// Where the `?` stands.
        offset: Offset,
    },
    /// `expr.await`.
    Await {
        /// The operand.
        expr: ExprId,
        /// Where `await` stands.
        offset: Offset,
    },
    /// A block.
    Block(Box<Block>),
    /// `if cond { } else { }`; the condition may hold [`Expr::Let`] under `&&`.
    If {
        /// The condition.
        cond: ExprId,
        /// Then.
        then: ExprId,
        /// Else.
        else_: Option<ExprId>,
    },
    /// `let pat = expr` in a condition.
    Let {
        /// The pattern.
        pat: PatId,
        /// The scrutinee.
        expr: ExprId,
    },
    /// `match`.
    Match {
        /// The scrutinee.
        scrutinee: ExprId,
        /// The arms.
        arms: Box<[Arm]>,
    },
    /// `loop`.
    Loop {
        /// Label without the quote.
        label: Option<Name>,
        /// The body.
        body: ExprId,
    },
    /// `while`.
    While {
        /// Label without the quote.
        label: Option<Name>,
        /// The condition.
        cond: ExprId,
        /// The body.
        body: ExprId,
    },
    /// `for pat in iter`.
    For {
        /// Label without the quote.
        label: Option<Name>,
        /// The pattern.
        pat: PatId,
        /// What is iterated.
        iter: ExprId,
        /// The body.
        body: ExprId,
    },
    /// A closure.
    Closure(Box<Closure>),
    /// `return`, `yield`, `become`.
    Return(Option<ExprId>),
    /// `break`.
    Break {
        /// Label without the quote.
        label: Option<Name>,
        /// Its value.
        expr: Option<ExprId>,
    },
    /// `continue`.
    Continue,
    /// `Path { a: x, ..base }`.
    Struct {
        /// The struct's path.
        path: PathId,
        /// Fields.
        fields: Box<[FieldExpr]>,
        /// `..base`.
        base: Option<ExprId>,
    },
    /// `(a, b)`.
    Tuple(Box<[ExprId]>),
    /// `[a, b]`.
    Array(Box<[ExprId]>),
    /// `[value; len]`.
    Repeat {
        /// The value.
        value: ExprId,
        /// The length.
        len: ExprId,
    },
    /// `a..b`, `a..=b`.
    Range {
        /// Start.
        start: Option<ExprId>,
        /// End.
        end: Option<ExprId>,
        /// `..=`.
        inclusive: bool,
    },
    /// `m!(…)`.
    Macro(MacroId),
    /// `_` on the left of an assignment, and in const arguments.
    Underscore,
}
