//! The audit log, the reasons of refusals, and the counts behind the dashboard.

mod documents;
mod events;
mod failures;
mod ledger;
mod log;
mod statistics;
