"""Databases of earlier versions under the code of now, and migrations and updates under people who go on working."""
