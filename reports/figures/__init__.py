"""The figures of a report: counted once, drawn as charts of Word and Excel, and read back for the screen."""
