-- Outbox of a redundant pair of gateways. The gateway's connection needs SELECT, INSERT and DELETE.
CREATE TABLE IF NOT EXISTS countersign_outbox (
    seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    event_id VARCHAR(64) NOT NULL UNIQUE,
    event_text MEDIUMTEXT NOT NULL,
    journalled_at_ms BIGINT NOT NULL
) CHARACTER SET utf8mb4;
