"""Documents the office signs beside its reports and letters: facts, template and values of each kind."""
