"""Letters: written, paced, sent."""
