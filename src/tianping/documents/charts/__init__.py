"""Charts and maps, drawn as SVG by this package itself."""
