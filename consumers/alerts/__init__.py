"""The alerts service: queries, matching, raising alerts, and the tools for watches."""
