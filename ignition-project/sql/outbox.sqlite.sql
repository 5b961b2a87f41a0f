-- Outbox of a redundant pair of gateways. The gateway's connection needs SELECT, INSERT and DELETE.
CREATE TABLE IF NOT EXISTS countersign_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id VARCHAR(64) NOT NULL UNIQUE,
    event_text TEXT NOT NULL,
    journalled_at_ms BIGINT NOT NULL
);
