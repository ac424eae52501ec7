-- The second schema: what the policy made of each event, what it remembers of addresses, and which of them are suppressed.
ALTER TABLE events ADD COLUMN decision TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN because TEXT NOT NULL DEFAULT '';
CREATE TABLE scores (
  address TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  changed DOUBLE PRECISION NOT NULL
);
CREATE TABLE suppressions (
  address TEXT PRIMARY KEY,
  held INTEGER NOT NULL,
  category TEXT NOT NULL,
  since DOUBLE PRECISION NOT NULL,
  expires DOUBLE PRECISION,
  because TEXT NOT NULL,
  event_id TEXT NOT NULL
);
CREATE TABLE history (
  seq {serial},
  address TEXT NOT NULL,
  at DOUBLE PRECISION NOT NULL,
  verb TEXT NOT NULL,
  because TEXT NOT NULL,
  event_id TEXT NOT NULL
);
CREATE INDEX history_address ON history (address, seq);
CREATE TABLE proofs (
  proof TEXT NOT NULL,
  address TEXT NOT NULL,
  category TEXT NOT NULL,
  at DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (proof, address, category)
);
CREATE TABLE flood (
  event_id TEXT PRIMARY KEY,
  at DOUBLE PRECISION NOT NULL,
  reporter TEXT NOT NULL
);
CREATE INDEX flood_at ON flood (at);
CREATE INDEX flood_reporter ON flood (reporter, at);
