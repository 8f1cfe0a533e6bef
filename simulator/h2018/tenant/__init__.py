"""A tenant and all tenants of a server: decisions are carried out, stored in one transaction, and sent when due."""
