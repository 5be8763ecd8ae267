//! Full disks, inputs that change, outputs that are closed.
