-- Outbox of a redundant pair of gateways. The gateway's connection needs SELECT, INSERT and DELETE.
IF OBJECT_ID(N'countersign_outbox', N'U') IS NULL
CREATE TABLE countersign_outbox (
    seq BIGINT IDENTITY(1,1) NOT NULL PRIMARY KEY,
    event_id NVARCHAR(64) NOT NULL UNIQUE,
    event_text NVARCHAR(MAX) NOT NULL,
    journalled_at_ms BIGINT NOT NULL
);
