-- Whether somebody is invited anywhere is asked where only those may sign up.
CREATE INDEX invitations_by_address ON invitations (email) WHERE ended_at IS NULL;
