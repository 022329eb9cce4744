"""What other systems may do here, where our calls to them may go, and which of their mails are believed."""
