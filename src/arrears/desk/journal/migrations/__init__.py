"""Steps of the database of this app; one that has run is never edited."""
