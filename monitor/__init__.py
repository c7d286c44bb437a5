"""Vigie watches live blogs and tells people, once and fast, when a rule is met."""

__version__ = "0.1.0"
