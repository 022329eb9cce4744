"""Documents the office issues about a case: their facts, their draft, their road to issue."""
