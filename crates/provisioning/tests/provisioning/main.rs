//! What an identity provider pushes, over a real journal and real tables.

mod bulk;
mod changing;
mod groups;
mod listing;
mod users;
mod world;
