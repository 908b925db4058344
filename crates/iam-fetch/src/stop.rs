use std::sync::Arc;

use tokio::sync::watch;

/// Asks a fetch to end: what was fetched stays, and a later run goes on from there.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Ends the fetch that this was given to, from any thread.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Comes back when somebody asked to stop.
    pub(crate) async fn asked(&self) {
        let mut receiver = self.0.subscribe();
        if receiver.wait_for(|stopped| *stopped).await.is_err() {
            // The sender lives as long as `self` does.
            std::future::pending::<()>().await;
        }
    }
}
