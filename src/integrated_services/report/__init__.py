"""For readers: the page, its pictures and its texts in English, Estonian and Lithuanian."""

from __future__ import annotations

from integrated_services.report._page import page, write_page

__all__ = ["page", "write_page"]
