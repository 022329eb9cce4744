"""Commands that set up the office: plan, calendar, people, organisations."""
