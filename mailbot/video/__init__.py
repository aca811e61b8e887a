"""A file into a video's facts."""
