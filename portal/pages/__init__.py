"""Pages by who reads them: units, coordinators, leaders, administrators, and everybody at the door."""
