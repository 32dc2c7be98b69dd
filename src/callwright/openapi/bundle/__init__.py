"""From several documents to one."""
