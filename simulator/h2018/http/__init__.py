"""A small HTTP framework on Twisted: routes as values, request reading, limits, middleware, and the OpenAPI document."""
