//! The audit log, the reasons of refusals, and the counts behind the dashboard.

mod log;
