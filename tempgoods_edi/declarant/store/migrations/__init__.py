"""How the tables came to be what they are, step by step; `versions` holds one module per step (Alembic)."""
