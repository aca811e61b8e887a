"""A file of each format as paragraphs and grids, as it is shown."""
