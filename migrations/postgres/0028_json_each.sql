-- The elements of an array in JSON as rows, by the name under which SQLite has them, so that one statement can take many rows
-- on either database.
CREATE FUNCTION json_each(elements TEXT) RETURNS TABLE (value JSONB) LANGUAGE SQL IMMUTABLE ROWS 500
    AS $$ SELECT e.value FROM jsonb_array_elements(CAST(elements AS JSONB)) e $$;
