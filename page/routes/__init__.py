"""The routes, a module for each page. Each module has a table *routes*."""
