"""Facts in words: `story` describes a whole result, `endings` and `mismatches` what happened in one case."""
