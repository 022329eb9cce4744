"""The table of the whole province: as a workbook, as CSV and Parquet, and its values as people read them."""
