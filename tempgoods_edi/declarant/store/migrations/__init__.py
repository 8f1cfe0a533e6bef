"""Migrations of the database tables (Alembic): `versions` holds one module per step."""
