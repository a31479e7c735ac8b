//! What people do on the pages, and what goes wrong there.

mod sign_in;
