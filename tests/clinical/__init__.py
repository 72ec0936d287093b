"""The rules as case tables: folder = chapter, test = paragraph, each case with its clinical sentence."""
