-- Times are Unix times in seconds.
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY,
    settings TEXT NOT NULL,    -- JSON
    begin INTEGER NOT NULL,
    end INTEGER,               -- NULL if it is running or was killed
    complete INTEGER,          -- 1 if it tried the whole input
    lines INTEGER,             -- NULL if the input was not read to its end
    not_tried INTEGER,         -- NULL if unknown
    digest INTEGER             -- of all tokens of the input; 0 without shards
) STRICT;

-- One row for each token that was sent.
CREATE TABLE IF NOT EXISTS token (
    line INTEGER NOT NULL,     -- its first line in the input of its latest run
    hash BLOB NOT NULL,        -- keyed: the key is in JOURNAL.key
    outcome TEXT NOT NULL,     -- revoked, not_recognised, live or unknown
    kind TEXT,                 -- of the error, as in `digilocker revoke --json`
    status INTEGER,            -- of the last response
    code TEXT,                 -- the error code of the server
    cause TEXT,                -- the innermost cause of a failed connection
    attempts INTEGER NOT NULL,
    at INTEGER NOT NULL,
    confirmed INTEGER,         -- 0 if revoked and the response body does not say so
    run INTEGER NOT NULL       -- the latest run that sent it
) STRICT;

-- Finds the row of a token that is sent again.
CREATE UNIQUE INDEX IF NOT EXISTS token_failed ON token (hash) WHERE outcome IN ('live', 'unknown');

-- Skipped lines of the latest run.
CREATE TABLE IF NOT EXISTS bad_line (
    line INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- Each run reads its input again.
DELETE FROM bad_line;
