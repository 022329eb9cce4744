"""Documents as files: periodic reports and urging letters in Word, tables in Excel."""
