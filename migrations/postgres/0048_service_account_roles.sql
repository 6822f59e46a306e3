-- A service account is never an owner. What owners and admins may do with credentials is the same, so no token changes.
UPDATE service_accounts SET role = 'admin' WHERE role = 'owner';
ALTER TABLE service_accounts DROP CONSTRAINT service_accounts_role_check;
ALTER TABLE service_accounts ADD CONSTRAINT service_accounts_role_check CHECK (role IN ('admin', 'member', 'viewer'));
