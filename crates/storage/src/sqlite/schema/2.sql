-- Silences, acknowledgements and maintenance windows; and the incidents of one node without reading those of all.
CREATE TABLE directive (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
CREATE INDEX incident_by_node ON incident (node, ended, since);
