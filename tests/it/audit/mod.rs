//! The audit log, the reasons of refusals, and the counts behind the dashboard.

mod events;
mod ledger;
mod log;
