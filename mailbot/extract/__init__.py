"""A mail's parts into works: forms, videos, links."""
