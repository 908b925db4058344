//! What holds for all policies and requests.
