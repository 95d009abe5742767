"""Reads pictures of forms: a page image becomes tables and lines with boxes and confidences."""
