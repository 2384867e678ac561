"""Rules as they are declared, and the verdicts Great Expectations comes to."""
