//! What a server answered: its JSON as it came, which `--json` prints, and the type that the contract gives it.

use serde_json::Value;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// JSON that holds a `T`, and whatever a newer server added.
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
    /// The JSON, as it came.
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
