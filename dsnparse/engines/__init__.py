"""Engines that spread work over many machines: one function from Arrow to Arrow, and what hands it to Ray.

Each engine is an extra, and is imported by nothing but the module of its name.
"""
