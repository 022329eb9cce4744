"""What stands beside a Word document: its PDF, the data of its annexes."""
