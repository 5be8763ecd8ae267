//! Verdicts held against the compiler.
