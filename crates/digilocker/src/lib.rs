//! Revoke DigiLocker OAuth 2.0 tokens, and know what became of them.
