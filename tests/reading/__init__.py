"""How well figures are read out of reports: what was proposed beside what a person read, key by key."""
