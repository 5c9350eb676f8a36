-- Tables that earlier versions do not know, and that do no harm to them. They have no version, so that these can still open the file.
CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, incident INTEGER NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS note_by_incident ON note (incident);
