"""A file into a form (推荐汇总表)."""
