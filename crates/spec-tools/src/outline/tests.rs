use super::outline;

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    assert_eq!(outline(source).expect("Rust"), expected, "{source}");
}

#[test]
fn every_kind_of_public_item_has_a_line() {
    check(
        "
        pub use a::{B, c::D as E, f::*};
        pub const A: &'static [u8; 2] = &[1, 2];
        pub type T<X> = Option<X>;
        pub struct Pair<'a, X: Send + 'static>(pub &'a mut X, u8);
        pub enum Kind { One, Two(::std::string::String), Three { a: u8 } }
        pub trait Do: Send { const N: usize; type Out; fn go<F>(&self, f: F) where F: FnOnce(u8, Self::Out) -> bool; }
        pub fn free(items: impl Iterator<Item = u8> + Send,) {}
        pub mod inner { pub struct S { pub field: ::std::option::Option<::std::vec::Vec<super::A>>, pub at: ::chrono::DateTime<::chrono::Utc> } }
        ",
        &[
            "use B = a::B",
            "use E = a::c::D",
            "use * = a::f::*",
            "const A: &'static [u8; 2]",
            "type T<X> = Option<X>",
            "struct Pair<'a, X: Send + 'static>",
            "field Pair.0: &'a mut X",
            "enum Kind",
            "variant Kind::One",
            "variant Kind::Two",
            "field Kind::Two.0: String",
            "variant Kind::Three",
            "field Kind::Three.a: u8",
            "trait Do",
            "const Do::N: usize",
            "type Do::Out",
            "fn Do::go<F>(&self, f: F) where F: FnOnce(u8, Self::Out) -> bool",
            "fn free(items: impl Iterator<Item = u8> + Send)",
            "mod inner",
            "struct inner::S",
            "field inner::S.field: Option<Vec<super::A>>",
            "field inner::S.at: chrono::DateTime<chrono::Utc>",
        ],
    );
}

#[test]
fn inherent_items_are_listed_and_trait_items_are_not() {
    check(
        "
        pub struct C;
        impl C {
            pub const fn new(a: &str) -> Self { C }
            pub async fn send<'a>(&'a self, body: &'a types::R) -> Result<V<types::S>, E<types::F>> { loop {} }
            fn hidden(&self) {}
        }
        impl Clone for C { fn clone(&self) -> Self { C } }
        ",
        &[
            "struct C",
            "const fn C::new(a: &str) -> Self",
            "async fn C::send<'a>(&'a self, body: &'a types::R) -> Result<V<types::S>, E<types::F>>",
        ],
    );
}

#[test]
fn private_items_are_not_listed() {
    check(
        "
        use a::B;
        mod private { pub struct S; impl S { pub fn f(&self) {} } }
        pub(crate) struct Own;
        struct Hidden { pub field: u8 }
        pub struct Shown { pub(crate) own: u8, hidden: u8 }
        ",
        &["struct Shown"],
    );
}

#[test]
fn invalid_rust_is_an_error() {
    assert!(outline("pub fn (").is_err());
}
