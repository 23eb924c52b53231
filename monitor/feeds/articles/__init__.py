"""Turn parsed items into articles: find the new and changed ones, and identify items whose ids change."""
