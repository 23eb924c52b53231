"""The API for programs: JSON by the schemas' own field names, described by an OpenAPI document."""
