"""The statements of this service, by what they are about."""
