"""Facts in words: `story` tells a whole result, `endings` and `mismatches` what became of one case."""
