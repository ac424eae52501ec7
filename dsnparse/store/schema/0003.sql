-- What was done to messages in their mailboxes, so that nothing is done twice and a run can be undone.
CREATE TABLE actions (
  seq {serial},
  run TEXT NOT NULL,
  account TEXT NOT NULL,
  folder TEXT NOT NULL,
  uidvalidity BIGINT NOT NULL,
  uid TEXT NOT NULL,
  digest TEXT NOT NULL,
  action TEXT NOT NULL,
  done INTEGER NOT NULL,
  to_folder TEXT NOT NULL,
  to_uidvalidity BIGINT NOT NULL,
  to_uid TEXT NOT NULL,
  undone INTEGER NOT NULL,
  UNIQUE (run, account, folder, uidvalidity, uid)
);
CREATE INDEX actions_place ON actions (account, folder, uidvalidity, uid);
CREATE INDEX actions_digest ON actions (digest);
