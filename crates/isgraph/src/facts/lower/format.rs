//! Format strings.
