use super::*;
use crate::resolve::types::tables::By;

fn item(path: &str) -> SymbolId {
    let std = Interfaces::with_std();
    match std.at_path(path, Ns::Type).or_else(|| std.at_path(path, Ns::Value)) {
        Some(Res::Def(id)) => id,
        other => panic!("{path} is {other:?}"),
    }
}

fn path(std: &Interfaces, id: SymbolId) -> String {
    std.path(id).iter().map(|name| name.as_str()).collect::<Vec<_>>().join("::")
}

fn method(std: &Interfaces, of: Head, name: &str) -> SymbolId {
    let mut items = std.inherent_impls(of).flat_map(|id| std.members(id)).map(SymbolId);
    items.find(|id| std.name(*id).is_some_and(|known| known == *name)).expect(name)
}

#[test]
fn an_item_has_the_shortest_public_path_whichever_names_it() {
    let std = Interfaces::with_std();
    for (written, known) in [
        ("std::vec::Vec", "std::vec::Vec"),
        ("std::collections::hash_map::HashMap", "std::collections::HashMap"),
        ("std::prelude::rust_2021::Option", "std::option::Option"),
        ("std::io::Result", "std::io::Result"),
        ("std::sync::atomic::AtomicUsize", "std::sync::atomic::AtomicUsize"),
        ("std::mem::swap", "std::mem::swap"),
    ] {
        assert_eq!(path(&std, item(written)), known);
    }
    let push = method(&std, Head::Adt(item("std::vec::Vec")), "push");
    assert_eq!(path(&std, push), "std::vec::Vec::push");
    assert_eq!(path(&std, method(&std, Head::Slice, "first")), "slice::first");
}

#[test]
fn details_say_what_the_source_says() {
    let std = Interfaces::with_std();
    let option = item("std::option::Option");
    assert_eq!((std.kind(option), std.arity(option)), (SymbolKind::Enum, 1));
    let variants: Vec<_> = std.members(option).filter_map(|id| std.name(SymbolId(id))).collect();
    assert!(variants.len() == 2 && variants[0] == *"None" && variants[1] == *"Some");
    let map = method(&std, Head::Adt(option), "map");
    let details = std.details(map).expect("details");
    let signature = details.signature.as_deref().expect("a signature");
    assert_eq!((signature.by, signature.params.len(), std.arity(map)), (Some(By::Value), 1, 2));
    assert!(matches!(&signature.ret, Ty::Adt(id, args) if *id == option && args.len() == 1));
    let iterator = item("std::iter::Iterator");
    assert!(std.members(iterator).any(|id| {
        std.kind(SymbolId(id)) == SymbolKind::AssociatedType
            && std.name(SymbolId(id)).is_some_and(|name| name == *"Item")
    }));
}

#[test]
fn what_is_not_stable_is_not_there() {
    let std = Interfaces::with_std();
    let iterator = item("std::iter::Iterator");
    let names: Vec<Name> = std.members(iterator).filter_map(|id| std.name(SymbolId(id))).collect();
    assert!(names.contains(&Name::new("map")));
    assert!(!names.contains(&Name::new("array_chunks")));
}

#[test]
fn every_detail_can_be_read() {
    let std = std_interface();
    assert!(std.rows.len() > 10_000, "{} rows", std.rows.len());
    let unknown = std.rows.iter().filter(|row| {
        let details = std.read_details(row);
        details.signature.is_some_and(|signature| signature.ret.is_unknown())
    });
    let (unknown, of) = (unknown.count(), std.rows.len());
    assert!(unknown * 200 < of, "{unknown} of {of} return what is not known");
}

#[test]
fn damaged_bytes_are_read_without_a_panic() {
    for cut in (0..STD.len()).step_by(STD.len() / 6) {
        let mut bytes = STD[..cut].to_vec();
        for damage in [None, Some(cut / 2)] {
            if let Some(byte) = damage.and_then(|at| bytes.get_mut(at)) {
                *byte ^= 0x55;
            }
            let Some(interface) = read::read(&bytes, INTERFACE_BASE, &mut |_| None) else { continue };
            for row in interface.rows.iter().step_by(100).take(100) {
                interface.read_details(row);
            }
        }
    }
}
