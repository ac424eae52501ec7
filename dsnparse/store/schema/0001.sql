-- The first schema: messages, their recipients and events, where messages lay, attempts, and how far each sink is.
CREATE TABLE messages (
  digest TEXT PRIMARY KEY,
  received DOUBLE PRECISION NOT NULL,
  stored DOUBLE PRECISION NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  vendor TEXT NOT NULL,
  message_id TEXT NOT NULL,
  reporting_mta TEXT NOT NULL,
  original_message_id TEXT NOT NULL,
  error TEXT NOT NULL,
  report TEXT NOT NULL
);
CREATE INDEX messages_received ON messages (received);
CREATE TABLE places (
  account TEXT NOT NULL,
  folder TEXT NOT NULL,
  uidvalidity BIGINT NOT NULL,
  uid TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (account, folder, uidvalidity, uid)
);
CREATE INDEX places_digest ON places (digest);
CREATE TABLE recipients (
  event_id TEXT PRIMARY KEY,
  digest TEXT NOT NULL REFERENCES messages (digest),
  position INTEGER NOT NULL,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  level TEXT NOT NULL,
  trust TEXT NOT NULL,
  record TEXT NOT NULL
);
CREATE INDEX recipients_digest ON recipients (digest);
CREATE INDEX recipients_address ON recipients (address);
CREATE TABLE events (
  seq {serial},
  event_id TEXT NOT NULL UNIQUE REFERENCES recipients (event_id)
);
CREATE TABLE attempts (
  digest TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  last DOUBLE PRECISION NOT NULL
);
CREATE TABLE sinks (
  name TEXT PRIMARY KEY,
  confirmed BIGINT NOT NULL
);
