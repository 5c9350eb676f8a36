-- API keys that administrators create on the page or with the API.
CREATE TABLE api_key (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
