-- Times are nanoseconds since 1970, UTC. `record` is the whole record as JSON; the other columns are what is looked for.
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('last_commit', 0), ('last_transition', 0), ('last_incident', 0);

CREATE TABLE node (id INTEGER PRIMARY KEY, service TEXT NOT NULL, node TEXT NOT NULL, folded INTEGER NOT NULL, status TEXT);

CREATE TABLE journal (number INTEGER PRIMARY KEY, samples BLOB NOT NULL);

-- The key is `slot << 32 | node`: a stretch of time is one run of rows.
CREATE TABLE raw_chunk (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE minute_chunk (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE hour_chunk (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE day_chunk (key INTEGER PRIMARY KEY, data BLOB NOT NULL);

CREATE TABLE transition (id INTEGER PRIMARY KEY, node INTEGER NOT NULL, at INTEGER NOT NULL, record TEXT NOT NULL);
CREATE INDEX transition_by_time ON transition (at, node);
CREATE INDEX transition_by_node ON transition (node, at);

CREATE TABLE incident (id INTEGER PRIMARY KEY, node INTEGER NOT NULL, since INTEGER NOT NULL, ended INTEGER, record TEXT NOT NULL);
CREATE INDEX incident_by_end ON incident (ended, since, node);

CREATE TABLE message (key TEXT PRIMARY KEY, created INTEGER NOT NULL, record TEXT NOT NULL);
