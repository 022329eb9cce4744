"""What handed-in tables say: consolidations, rows, cross-checks."""
