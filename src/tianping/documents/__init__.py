"""Content to pages, workbooks, charts and maps."""
