//! Empty. The tests are the program.
