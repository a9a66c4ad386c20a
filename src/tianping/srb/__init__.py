"""The statistics engine: counts in, frozen results out; no files, no clock."""
