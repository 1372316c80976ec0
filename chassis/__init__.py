"""What every service needs and no service owns. No domain word stands in here."""
