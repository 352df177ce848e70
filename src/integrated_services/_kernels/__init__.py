"""
Computations on plain arrays.

Kernels know nothing of a framework: they take and give integers, arrays and lists, and trust their callers to
have checked them. Each module is imported by those who need it, so that importing the package stays cheap.
"""
