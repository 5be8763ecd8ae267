//! Generates code that uses every public item of a generated crate. It fails to compile if an item changes or is
//! removed. It is independent of the outline, except for the Rust parser.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Fields, FnArg, Ident, ImplItem, Item, Meta, Pat, ReturnType, Signature, TraitItem,
    Visibility,
};

/// The text of a module that uses all items of `client` and `mock`.
pub(super) fn consumer(client: &str, mock: &str) -> String {
    let mut uses = Vec::new();
    for source in [client, mock] {
        let file = syn::parse_file(source).expect("generated Rust");
        items(&file.items, &mut uses);
    }
    let functions = uses.into_iter().enumerate().map(|(index, item)| {
        let module = format_ident!("use_{index}");
        quote!(mod #module {
            #[allow(unused_imports)]
            use crate::{*, types::*, mock::{*, operations::*}};
            #[allow(unused_imports)]
            use ::std::{fmt::Debug, hash::Hash};
            #item
        })
    });
    quote!(#(#functions)*).to_string()
}

fn items(all: &[Item], uses: &mut Vec<TokenStream>) {
    for item in all {
        match item {
            Item::Mod(item) => {
                let content = item.content.iter();
                content.for_each(|(_, inner)| items(inner, uses));
            }
            Item::Struct(item) if public(&item.vis) => {
                traits(&item.attrs, &item.ident, uses);
                literal(&item.ident, &item.fields, uses);
            }
            Item::Enum(item) => {
                traits(&item.attrs, &item.ident, uses);
                let name = &item.ident;
                let arms = item.variants.iter().map(|variant| {
                    let variant = &variant.ident;
                    quote!(#name::#variant { .. } => {})
                });
                uses.push(quote!(fn matched(it: #name) { match it { #(#arms)* } }));
            }
            Item::Trait(item) if public(&item.vis) => {
                for member in &item.items {
                    if let TraitItem::Fn(function) = member {
                        call(&quote!(::httpmock::MockServer), &function.sig, uses);
                    }
                }
            }
            Item::Impl(item) => match &item.trait_ {
                None => {
                    for member in &item.items {
                        if let ImplItem::Fn(function) = member
                            && public(&function.vis)
                        {
                            call(&item.self_ty.to_token_stream(), &function.sig, uses);
                        }
                    }
                }
                Some((path, _)) => {
                    let owner = &item.self_ty;
                    implemented(&path.to_token_stream(), &owner.to_token_stream(), uses);
                }
            },
            _ => {}
        }
    }
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn literal(name: &Ident, fields: &Fields, uses: &mut Vec<TokenStream>) {
    let Fields::Named(fields) = fields else {
        return;
    };
    if fields.named.iter().all(|field| public(&field.vis)) {
        let names: Vec<_> = fields.named.iter().map(|field| &field.ident).collect();
        let types = fields.named.iter().map(|field| &field.ty);
        uses.push(quote!(fn made(#(#names: #types),*) -> #name { #name { #(#names),* } }));
    }
}

fn traits(attributes: &[Attribute], owner: &Ident, uses: &mut Vec<TokenStream>) {
    for attribute in attributes {
        if let Meta::List(list) = &attribute.meta
            && list.path.is_ident("derive")
        {
            let paths = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
            let paths = list.parse_args_with(paths).expect("paths");
            for path in paths {
                implemented(&path.to_token_stream(), &owner.to_token_stream(), uses);
            }
        }
    }
}

fn implemented(path: &TokenStream, owner: &TokenStream, uses: &mut Vec<TokenStream>) {
    let text = path.to_string();
    // Skips traits with lifetimes, and those of the generator.
    if text.contains('\'') || text.contains("Client") {
        return;
    }
    let owner = match owner.to_string().as_str() {
        "ConversionError" => quote!(crate::types::error::ConversionError),
        _ => owner.clone(),
    };
    let path: TokenStream = if text.ends_with("Deserialize") {
        quote!(::serde::de::DeserializeOwned)
    } else {
        text.replace('&', "&'static ").parse().expect("a path")
    };
    uses.push(quote!(fn is<T: #path>() {} fn checked() { is::<#owner>(); }));
}

fn call(owner: &TokenStream, signature: &Signature, uses: &mut Vec<TokenStream>) {
    let name = &signature.ident;
    let mut inputs = Vec::new();
    let mut arguments = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                // `&'a self` without `self`.
                let tokens = receiver.to_token_stream().into_iter();
                let reference: TokenStream =
                    tokens.filter(|token| token.to_string() != "self").collect();
                inputs.push(quote!(this: #reference #owner));
                arguments.push(quote!(this));
            }
            FnArg::Typed(typed) => {
                let Pat::Ident(pattern) = typed.pat.as_ref() else {
                    continue;
                };
                let ident = &pattern.ident;
                let of = &typed.ty;
                inputs.push(quote!(#ident: #of));
                arguments.push(quote!(#ident));
            }
        }
    }
    let (parameters, _, bounds) = signature.generics.split_for_impl();
    let output = match &signature.output {
        ReturnType::Default => TokenStream::new(),
        ReturnType::Type(_, of) if of.to_token_stream().to_string() == "Self" => quote!(-> #owner),
        output @ ReturnType::Type(..) => output.to_token_stream(),
    };
    let asynchronous = &signature.asyncness;
    let awaited = asynchronous.is_some().then(|| quote!(.await));
    uses.push(quote! {
        #asynchronous fn called #parameters (#(#inputs),*) #output #bounds {
            <#owner>::#name(#(#arguments),*) #awaited
        }
    });
}
