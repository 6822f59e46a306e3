-- The elements of an array in JSON as rows: SQLite has json_each.
SELECT 1;
