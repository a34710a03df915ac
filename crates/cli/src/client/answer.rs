//! A server's answer: its JSON as received, which `--json` prints, and its type in the contract.

use serde_json::Value;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// JSON that contains a `T`, and possibly fields that a newer server added.
#[derive(Debug)]
pub(crate) struct ServerAnswer<T> {
    json: Value,
    holds: PhantomData<fn() -> T>,
}

impl<T> Clone for ServerAnswer<T> {
    fn clone(&self) -> Self {
        Self::from(self.json.clone())
    }
}

impl<T> From<Value> for ServerAnswer<T> {
    fn from(json: Value) -> Self {
        Self { json, holds: PhantomData }
    }
}

impl<T> ServerAnswer<T> {
    /// The JSON as received.
    pub(crate) fn into_json(self) -> Value {
        self.json
    }
}

impl<T> Deref for ServerAnswer<T> {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.json
    }
}

impl<T> DerefMut for ServerAnswer<T> {
    fn deref_mut(&mut self) -> &mut Value {
        &mut self.json
    }
}
