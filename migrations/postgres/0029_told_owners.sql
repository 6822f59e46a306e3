-- A person is told what somebody else did to their token.
ALTER TABLE outbox DROP CONSTRAINT outbox_about_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_about_check
    CHECK (about IN ('invitation', 'credential', 'request', 'decision', 'change'));
