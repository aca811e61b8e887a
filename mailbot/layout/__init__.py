"""Letters with places on a page, as paragraphs and tables."""
