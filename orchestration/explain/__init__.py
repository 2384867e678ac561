"""What became of one record, and which figures it counts in."""
