"""Every reference that crosses two databases, and so membership, roles and rights."""
