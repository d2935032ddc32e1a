//! Who asks, where a server takes proof of that only once.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::address::Address;
use crate::context::Context;
use crate::error::Result;
use crate::secret::Token;

type Asked = Pin<Box<dyn Future<Output = Result<Token>>>>;

/// How a request says who sends it. Cheap to clone.
#[derive(Clone, Default)]
pub enum Login {
    /// It does not say.
    #[default]
    Nobody,
    /// By Kerberos (SPNEGO): gives what stands in the header `Authorization` of one request to an address. Each try of a request asks
    /// anew, before anything is sent.
    Negotiate(Arc<dyn Fn(Context, Address) -> Asked + Send + Sync>),
}

impl Login {
    /// A login by Kerberos, with `ask` as the source of tokens, a new one each time.
    pub fn negotiate<F>(ask: impl Fn(Context, Address) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Token>> + 'static,
    {
        Self::Negotiate(Arc::new(move |context, host| Box::pin(ask(context, host))))
    }

    /// Whether it says nothing.
    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::Nobody)
    }

    /// What stands in the header of the next request to `address`.
    pub(super) async fn token(&self, context: &Context, address: &Address) -> Result<Option<Token>> {
        match self {
            Self::Nobody => Ok(None),
            Self::Negotiate(ask) => ask(context.clone(), address.clone()).await.map(Some),
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_nobody() { "Nobody" } else { "Negotiate" })
    }
}
