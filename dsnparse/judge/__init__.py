"""Readings to a Report: meaning, and nothing else."""
