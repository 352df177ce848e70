"""For readers: the page, its pictures and its texts."""
